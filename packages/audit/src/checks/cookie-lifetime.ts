import type { CarrierEvidence, ObservedCookie } from '../evidence/evidence.ts'
import { exchangesOf, judgeCarrierCookies } from '../judging/carrier-cookies.ts'
import type { Check, Finding } from '../judging/check.ts'
import type { Examined } from '../judging/together.ts'

const HOUR = 3600
const DAY = 24 * HOUR
/** NIST SP 800-63B-4: a session should end after 24 hours (2.2.3, AAL2), at most after 30 days (2.1.3, AAL1). */
const SHORT = DAY
const LONGEST = 30 * DAY
/** Cookies are dated in whole seconds and some frameworks round up: a day and a minute is a day. */
const SLACK = 60

const UNPROVED = 'How long the server keeps the session is not proved by this'

export const cookieLifetime: Check<'carrier' | 'cookies'> = {
  id: 'cookie-lifetime',
  title: 'The browser does not keep the session cookie for long',
  risk: 'Whoever gets at the computer, its disk or a backup days later finds a session that may still open the account.',
  severity: 'low',
  refs: ['WSTG-SESS-02', 'WSTG-SESS-07', 'ASVS-7.3.2', 'CWE-539'],
  needs: ['carrier', 'cookies'],
  fixes: {
    latchkey:
      'Leave `cookie.maxAge` unset; `idleTimeout` and `absoluteTimeout` end the session on the server.',
    'express-session': 'Leave `cookie.maxAge` unset, or set it to hours; give the store a matching TTL.',
    'cookie-session': 'Leave `maxAge` and `expires` unset, or set `maxAge` to hours.',
    'fastify-session': 'Set `cookie: { maxAge: … }` to hours, in milliseconds.',
    'koa-session': "Set `maxAge` to hours in milliseconds, or to 'session'.",
    'iron-session':
      'Set `ttl` to hours, in seconds: the default is 14 days. `ttl` also bounds the sealed value.',
    'hono-sessions':
      'Leave `cookieOptions.maxAge` and `expires` unset, or set `maxAge` to hours, in seconds; `expireAfterSeconds` ends the session on the server and leaves the cookie alone.',
    php: 'Set `session.cookie_lifetime = 0`; `session.gc_maxlifetime` bounds the server side only loosely.',
    django:
      'Set `SESSION_EXPIRE_AT_BROWSER_CLOSE = True` or a shorter `SESSION_COOKIE_AGE` (the default is two weeks).',
    flask:
      'Leave `session.permanent` false (with Flask-Session `SESSION_PERMANENT = False`), or shorten `PERMANENT_SESSION_LIFETIME` (the default is 31 days).',
    rails: 'Remove `expire_after:` from `config.session_store`, or shorten it.',
    laravel: "Set `SESSION_LIFETIME` in minutes, or `'expire_on_close' => true`.",
  },

  judge(evidence, { expect }) {
    const declared = expect?.cookieLifetime
    const kept = declared === undefined ? 'not kept for long by the browser' : `kept ${ofPolicy(declared)}`
    return judgeCarrierCookies(
      evidence,
      (cookies) => `${cookies}: ${kept}. ${UNPROVED}`,
      (name, made) => examine(name, made, evidence.carrier, declared),
    )
  },
}

function examine(
  name: string,
  made: readonly ObservedCookie[],
  carrier: CarrierEvidence,
  declared: number | undefined,
): Examined {
  const remembering = isRemembering(name, carrier)
  const findings = [...tooLong(name, made), ...(remembering ? [] : undeclared(name, made, declared))]
  if (findings.length === 0 || findings.some((finding) => finding.severity !== 'info')) return { findings }
  return remembering ? { findings: [], note: remembered(name, made) } : { findings }
}

/**
 * A cookie that the user asked for by ticking "remember me" may be long. Where no such box was seen, one beside
 * another carrier that is enough as well is taken for it.
 */
function isRemembering(name: string, { remembered, sets }: CarrierEvidence): boolean {
  return remembered?.includes(name) ?? sets.some((set) => !set.includes(name))
}

function remembered(name: string, made: readonly ObservedCookie[]): string {
  return `${name} is kept for ${inWords(longestOf(made))}, as a "remember me" is`
}

function longestOf(made: readonly ObservedCookie[]): number {
  return Math.max(...made.map((cookie) => cookie.attributes.lifetimeSeconds ?? 0))
}

function tooLong(name: string, made: readonly ObservedCookie[]): Finding[] {
  const seconds = longestOf(made)
  if (seconds <= SHORT + SLACK) return []
  const longest = made.filter((cookie) => cookie.attributes.lifetimeSeconds === seconds)
  const long = seconds > LONGEST + SLACK
  return [
    {
      where: `cookie ${name}`,
      seen: `The browser keeps ${name} for ${inWords(seconds)}${long ? ', longer than the 30 days that NIST allows a session at its lowest level' : ''}: whoever gets at the profile or a backup of it has the session. ${UNPROVED}.`,
      fix: 'Leave Max-Age and Expires out, or keep them within a day, and end sessions on the server.',
      exchanges: exchangesOf(longest),
      severity: long ? 'low' : 'info',
    },
  ]
}

/** What is asked for by ticking "remember me" is no matter of the session's cookie, and is not held to its time. */
function undeclared(name: string, made: readonly ObservedCookie[], declared: number | undefined): Finding[] {
  if (declared === undefined) return []
  const longer = made.filter(({ attributes: { lifetimeSeconds } }) =>
    declared === 0 ? lifetimeSeconds !== null : (lifetimeSeconds ?? 0) > declared + SLACK,
  )
  if (longer.length === 0) return []
  return [
    {
      where: `cookie ${name}`,
      kind: 'policy',
      seen: `The policy says that browsers keep the session cookie ${ofPolicy(declared)}, and ${name} is kept for ${inWords(longestOf(longer))}.`,
      fix:
        declared === 0
          ? 'Leave Max-Age and Expires out, as the policy says.'
          : 'Shorten Max-Age and Expires to what the policy says.',
      exchanges: exchangesOf(longer),
      severity: 'medium',
    },
  ]
}

function ofPolicy(declared: number): string {
  return declared === 0 ? 'until they are closed' : `for ${inWords(declared)} at most`
}

function inWords(seconds: number): string {
  if (seconds < 2 * HOUR) return seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`
  const hours = Math.round(seconds / HOUR)
  return hours < 72 ? `${hours} hours` : `${Math.round(seconds / DAY)} days`
}
