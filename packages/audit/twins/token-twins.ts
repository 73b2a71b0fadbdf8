import { cookieSessionSite } from './apps/cookie-session.ts'
import { expressSite } from './apps/express-session.ts'
import { ironSite } from './apps/iron-session.ts'
import type { Algorithm } from './apps/tokens/keys.ts'
import type { SignedFormat } from './apps/tokens/signed-formats.ts'
import { type SignedSite, signedSite } from './apps/tokens/signed-site.ts'
import { type TokenFault, type TokenSite, tokenSite } from './apps/tokens/token-site.ts'
import { hardened, jsonSignIn, type Start, signIn, vulnerable } from './describe.ts'
import { listen } from './serve/listen.ts'
import type { CheckId, Twin } from './twin.ts'

const tokens =
  (site: TokenSite): Start =>
  async () =>
    listen(await tokenSite(site))
const signed =
  (site: SignedSite): Start =>
  () =>
    listen(signedSite(site))

/** What each algorithm's verifier may get wrong. */
const forged: readonly (readonly [Algorithm, readonly TokenFault[]])[] = [
  [
    'HS256',
    [
      'unchecked',
      'none',
      'none-spelled',
      'stripped',
      'embedded-jwk',
      'key-name',
      'known-secret',
      'empty-key',
    ],
  ],
  ['RS256', ['unchecked', 'none-spelled', 'key-confusion', 'embedded-jwk']],
  ['ES256', ['stripped', 'embedded-jwk', 'zero-signature']],
]
const lifetimes: readonly (readonly [TokenFault, boolean, readonly [CheckId, ...CheckId[]]])[] = [
  ['no-end', true, ['token-lifetime', 'logout']],
  ['long', true, ['token-lifetime', 'logout']],
  ['expired-too', false, ['token-lifetime', 'token-signature']],
  ['personal', false, ['token-lifetime']],
  ['password', false, ['token-lifetime']],
]
const formats: readonly SignedFormat[] = ['flask', 'django', 'rack', 'laravel']

/** Sessions in JSON Web Tokens, and in cookies that frameworks of other languages sign. */
export const tokenTwins: readonly Twin[] = [
  ...forged.flatMap(([alg, faults]) => [
    hardened(`token ${alg}/hardened`, tokens({ alg, fault: null }), jsonSignIn),
    ...faults.map((fault) =>
      vulnerable(`token ${alg}/${fault}`, ['token-signature'], tokens({ alg, fault }), jsonSignIn),
    ),
  ]),
  hardened('token cookie/hardened', tokens({ alg: 'RS256', fault: null, in: 'cookie' }), jsonSignIn),
  vulnerable(
    'token cookie/key-confusion',
    ['token-signature'],
    tokens({ alg: 'RS256', fault: 'key-confusion', in: 'cookie' }),
    jsonSignIn,
  ),
  vulnerable(
    'token cookie/logout',
    ['logout'],
    tokens({ alg: 'RS256', fault: null, in: 'cookie', stateless: true }),
    jsonSignIn,
  ),
  vulnerable(
    'token HS256/logout',
    ['logout'],
    tokens({ alg: 'HS256', fault: null, stateless: true }),
    jsonSignIn,
  ),
  vulnerable(
    'token HS256/known-secret-stateless',
    ['token-signature', 'logout'],
    tokens({ alg: 'HS256', fault: 'known-secret', stateless: true }),
    jsonSignIn,
  ),
  ...lifetimes.map(([fault, stateless, planted]) =>
    vulnerable(`token HS256/${fault}`, planted, tokens({ alg: 'HS256', fault, stateless }), jsonSignIn),
  ),
  vulnerable('express-session/cookie-secret', ['cookie-secret'], () =>
    listen(expressSite({ fault: 'cookie-secret' })),
  ),
  vulnerable('cookie-session/cookie-secret', ['cookie-secret'], () =>
    listen(cookieSessionSite({ fault: 'cookie-secret' })),
  ),
  vulnerable('iron-session/cookie-secret', ['cookie-secret'], () =>
    listen(ironSite({ fault: 'cookie-secret' })),
  ),
  ...formats.flatMap((format) => [
    hardened(`signed ${format}/hardened`, signed({ format, fault: null }), signIn),
    vulnerable(
      `signed ${format}/cookie-secret`,
      ['cookie-secret'],
      signed({ format, fault: 'cookie-secret' }),
    ),
  ]),
]
