import { signIn } from '../describe.ts'
import { ACCOUNT } from '../serve/account.ts'
import type { Pair } from './pair.ts'
import { tokenPairs } from './token-pairs.ts'

export const pairs: readonly Pair[] = [
  {
    package: 'passport',
    cve: 'CVE-2022-25896',
    fault: 'a sign-in keeps the ID that the visitor had before',
    seen: 'the ID from before the sign-in is signed in after it',
    site: 'passport',
    vulnerable: { version: '0.5.3' },
    mended: { version: '0.6.0' },
    check: 'fixation',
    options: signIn,
  },
  {
    package: '@fastify/passport',
    cve: 'CVE-2023-29019',
    fault: 'a sign-in keeps the ID that the visitor had before',
    seen: 'the ID from before the sign-in is signed in after it',
    site: 'fastify-passport',
    vulnerable: { version: '2.2.0' },
    mended: { version: '2.3.0' },
    check: 'fixation',
    options: signIn,
  },
  {
    package: '@fastify/secure-session',
    cve: 'CVE-2024-31999',
    fault: 'a cookie from before the sign-out works for ever',
    seen: 'the cookie from before the sign-out is still signed in',
    site: 'secure-session',
    vulnerable: { version: '7.1.0' },
    mended: { version: '7.3.0' },
    check: 'logout',
    notFound:
      'found in both: the mend ends the cookie after its `expiry` (a day by itself), and not at the sign-out, so the same copy works in both until then',
    options: signIn,
  },
  {
    package: '@fastify/session',
    cve: 'CVE-2026-117499',
    fault: 'a request that began before a sign-out brings the session back when it saves',
    seen: 'after a sign-out during a slow request, the old cookie is signed in',
    site: 'fastify-session',
    vulnerable: { version: '11.1.3' },
    mended: { version: '11.1.3', isOurs: true },
    check: 'logout-in-flight',
    options: signIn,
  },
  {
    package: 'better-auth',
    cve: 'CVE-2026-134321',
    fault: 'sessions that began at the same moment are lost from the list of what to revoke',
    seen: 'after signing out everywhere, some of several sessions that began together live on',
    site: 'better-auth',
    vulnerable: { version: '1.7.15' },
    mended: { version: '1.7.16' },
    check: 'bulk-revoke',
    notFound:
      'a race that is lost by chance: the logins are made at once, and in the one run since then no session lived on',
    needs: { redis: true },
    options: (url) => ({
      ...signIn(url),
      username: `${ACCOUNT.username}@mail.example.com`,
      // Where the button is with which a user signs out everywhere.
      protectedUrl: `${url}/devices`,
      logoutEverywhere: true,
    }),
  },
  {
    package: 'next',
    cve: 'CVE-2026-119346',
    fault: 'a cookie that an Edge route sets is repeated in a header that scripts can read',
    seen: 'the value of an HttpOnly cookie in another header of the answer',
    site: 'next',
    vulnerable: { version: '16.4.4' },
    mended: { version: '16.4.5' },
    check: 'id-exposed',
    program: 'next',
    options: signIn,
  },
  {
    package: 'express-openid-connect',
    cve: 'CVE-2021-41246',
    fault: 'with sessions in a store, a sign-in keeps the ID that the visitor had before',
    seen: 'the ID from before the sign-in is signed in after it',
    site: 'express-openid-connect',
    vulnerable: { version: '2.5.1' },
    mended: { version: '2.5.2' },
    check: 'fixation',
    needs: { provider: true },
    options: singleSignOn('/orders'),
  },
  {
    package: '@auth0/nextjs-auth0',
    cve: 'CVE-2025-48947',
    fault: 'the middleware renews the cookie on pages that shared caches may keep',
    seen: 'the session cookie in an answer that a shared cache may keep',
    site: 'auth0',
    vulnerable: { version: '4.6.0' },
    mended: { version: '4.6.1' },
    check: 'shared-cache',
    notFound:
      'not found when it was run: a signed-in audit asked for no page that anybody may see. It asks for the first one since, and was not run again',
    needs: { provider: true },
    program: 'next',
    options: singleSignOn('/account'),
  },
  {
    package: 'hono',
    cve: 'CVE-2026-44457',
    fault: 'its cache keeps answers that vary by cookie, and gives them to everybody',
    seen: 'a client without a cookie is given the page of the user',
    site: 'hono-cache',
    vulnerable: { version: '4.12.17' },
    mended: { version: '4.12.18' },
    check: 'caching',
    program: 'deno',
    options: signIn,
  },
  ...tokenPairs,
]

/** The sign-in is on another origin, as its user would say, and begins where a protected page sends the visitor. */
function singleSignOn(protectedPath: string): Pair['options'] {
  return (url, { provider }) => ({
    ...signIn(url),
    insecure: true,
    protectedUrl: `${url}${protectedPath}`,
    loginOrigins: provider === undefined ? [] : [provider],
  })
}
