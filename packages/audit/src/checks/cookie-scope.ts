import type { CarrierEvidence, ObservedCookie } from '../evidence/evidence.ts'
import { exchangesOf, judgeCarrierCookies } from '../judging/carrier-cookies.ts'
import type { Check, Context, Finding } from '../judging/check.ts'

/** Prefixes that browsers enforce, compared without case as they do (layered-cookies; RFC 6265bis). */
const PREFIX = /^__(host|secure|http|host-http)-/i

export const cookieScope: Check<'carrier' | 'cookies'> = {
  id: 'cookie-scope',
  title: 'The session cookie belongs to this host alone',
  risk: "Whoever controls one neighbouring host, such as a forgotten subdomain, can receive users' sessions or plant one of their own.",
  severity: 'medium',
  refs: ['WSTG-SESS-02', 'ASVS-3.3.3', 'CWE-565'],
  needs: ['carrier', 'cookies'],
  fixes: {
    latchkey: 'Leave the default name `__Host-session`: it cannot be combined with a Domain.',
    'express-session':
      "Remove `cookie.domain`, and set `name: '__Host-session'` with `secure: true` and `path: '/'`.",
    'cookie-session': "Remove `domain`, and set `name: '__Host-session'` with `secure: true`.",
    'fastify-session': "Remove `cookie.domain`, and set `cookieName: '__Host-session'` with `secure: true`.",
    'koa-session': "Remove `domain`, and set `key: '__Host-session'` with `secure: true`.",
    'iron-session': "Remove `cookieOptions.domain`, and set `cookieName: '__Host-session'`.",
    'hono-sessions': "Remove `cookieOptions.domain`, and set `sessionCookieName: '__Host-session'`.",
    php: 'Leave `session.cookie_domain` empty, and set `session.name = __Host-session` with `session.cookie_secure = 1`.',
    django: "Leave `SESSION_COOKIE_DOMAIN = None`, and set `SESSION_COOKIE_NAME = '__Host-session'`.",
    flask: "Leave `SESSION_COOKIE_DOMAIN` unset, and set `SESSION_COOKIE_NAME = '__Host-session'`.",
    rails: "Remove `domain:` from `config.session_store`, and set `key: '__Host-session'`.",
    laravel: 'Leave `SESSION_DOMAIN` empty, and set `SESSION_COOKIE=__Host-session`.',
  },

  judge(evidence, context) {
    return judgeCarrierCookies(
      evidence,
      (cookies) => `${cookies}: for this host alone`,
      (name, made) => ({
        findings: [
          ...ofDomain(name, made),
          ...ofRefusal(name, made, context),
          ...undeclaredPrefix(name, made, context),
          ...undeclaredName(name, made, evidence.carrier, context),
        ],
        ...(PREFIX.test(name) ? {} : { note: adviceFor(name) }),
      }),
    )
  },
}

function ofDomain(name: string, made: readonly ObservedCookie[]): Finding[] {
  const wide = made.filter((cookie) => cookie.attributes.domain !== null)
  const worst = wide.find((cookie) => cookie.widerThanHost) ?? wide[0]
  if (worst === undefined) return []
  const domain = worst.attributes.domain ?? ''
  const suffix = worst.widerThanHost && worst.domainIsPublicSuffix
  return [
    {
      where: `cookie ${name}`,
      kind: 'domain',
      seen: suffix
        ? `${name} is set with Domain=${domain}, a public suffix: browsers refuse it, and a client that does not would share the session with strangers.`
        : worst.widerThanHost
          ? `${name} is set with Domain=${domain}, wider than the host that set it: every host below ${domain} receives the session and can plant its own.`
          : `${name} is set with Domain=${domain}: every host below this one receives the session too.`,
      fix: 'Leave Domain out, so that the cookie goes back to this host alone.',
      exchanges: exchangesOf(wide),
      severity: worst.widerThanHost ? 'medium' : 'low',
    },
  ]
}

/** Refusals that another check does not already report. */
function ofRefusal(name: string, made: readonly ObservedCookie[], context: Context): Finding[] {
  const refused = made.filter(
    (cookie) => cookie.refusedByBrowsers !== null && !reportedElsewhere(cookie, context),
  )
  const first = refused[0]
  if (first === undefined) return []
  return [
    {
      where: `cookie ${name}`,
      kind: 'refused',
      seen: `Browsers refuse ${name}: ${first.refusedByBrowsers}.`,
      fix: 'Meet the rules of the prefix (`__Host-`: Secure, Path=/, no Domain; `__Secure-`: Secure) and keep the cookie below 4096 bytes.',
      exchanges: exchangesOf(refused),
    },
  ]
}

function reportedElsewhere(cookie: ObservedCookie, context: Context): boolean {
  const { secure, sameSite, domain } = cookie.attributes
  if (secure && !context.target.https && !context.target.loopback) return true // cookie-secure
  if (sameSite === 'None' && !secure && !PREFIX.test(cookie.name)) return true // cookie-samesite
  return domain !== null && cookie.widerThanHost // ofDomain
}

function adviceFor(name: string): string {
  return `Naming it __Host-${name.replace(/^_+/, '')} would make browsers enforce this`
}

function undeclaredPrefix(name: string, made: readonly ObservedCookie[], { expect }: Context): Finding[] {
  const prefix = expect?.cookiePrefix
  if (prefix === undefined) return []
  // What __Secure- asks for, __Host- asks for as well; browsers compare without case.
  const enough = prefix === '__Host-' ? /^__host-/i : /^__(?:secure|host)-/i
  if (enough.test(name)) return []
  return [
    {
      where: `cookie ${name}`,
      kind: 'policy prefix',
      seen: `The policy says that the name of the session cookie starts with ${prefix}, and ${name} carries the session.`,
      fix: `Name the cookie ${prefix}${name.replace(PREFIX, '').replace(/^_+/, '')}, with Secure${prefix === '__Host-' ? ', Path=/ and no Domain' : ''}.`,
      exchanges: exchangesOf(made),
      severity: 'medium',
    },
  ]
}

/** A visitor's session may be in another cookie than the one that is declared, and a name that changes is no name. */
function undeclaredName(
  name: string,
  made: readonly ObservedCookie[],
  { carriers, renamed = [] }: CarrierEvidence,
  { expect, target }: Context,
): Finding[] {
  const declared = expect?.cookieName
  if (declared === undefined || target.passive || renamed.length > 0 || carriers.includes(declared)) return []
  return [
    {
      where: `cookie ${name}`,
      kind: 'policy name',
      seen: `The policy names the session cookie ${declared}, and what carries the session is ${name}.`,
      fix: 'Find out what sets this cookie: another session layer than the declared one may be at work.',
      exchanges: exchangesOf(made),
      severity: 'medium',
    },
  ]
}
