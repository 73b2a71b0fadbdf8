import type { CookieAttributes, ObservedCookie } from '../evidence/evidence.ts'
import { exchangesOf, judgeCarrierCookies } from '../judging/carrier-cookies.ts'
import type { Check, Finding } from '../judging/check.ts'

type SameSite = CookieAttributes['sameSite']

export const cookieSameSite: Check<'carrier' | 'cookies'> = {
  id: 'cookie-samesite',
  title: 'The session cookie says which requests of other sites may carry it',
  risk: "A page of any other site can make the user's browser send requests that carry the session, and so act as the user wherever the application does not look where a request comes from.",
  severity: 'medium',
  refs: ['WSTG-SESS-02', 'WSTG-SESS-05', 'ASVS-3.3.2', 'CWE-1275'],
  needs: ['carrier', 'cookies'],
  fixes: {
    latchkey:
      'Leave `cookie.sameSite` alone (Strict), or set it to `lax` when links from other sites must land signed in.',
    'express-session': "Set `cookie: { sameSite: 'lax' }` (or 'strict'); by default it sends no SameSite.",
    'cookie-session': "Set `sameSite: 'lax'` (or 'strict'); by default it sends no SameSite.",
    'fastify-session': "Set `cookie: { sameSite: 'lax' }` (or 'strict').",
    'koa-session': "Set `sameSite: 'lax'` (or 'strict') in the session config.",
    'iron-session': "Set `cookieOptions: { sameSite: 'lax' }` (the default).",
    'hono-sessions': "Set `cookieOptions: { sameSite: 'Lax' }`.",
    php: 'Set `session.cookie_samesite = "Lax"` in php.ini.',
    django: "Set `SESSION_COOKIE_SAMESITE = 'Lax'` (the default).",
    flask:
      "Set `SESSION_COOKIE_SAMESITE = 'Lax'`; by default it sends no SameSite. Flask-Session 0.3 does not heed it: there give `app.response_class` a `set_cookie` with `samesite='Lax'`.",
    rails: 'Set `config.action_dispatch.cookies_same_site_protection = :lax`.',
    laravel: "Set `'same_site' => 'lax'` in config/session.php.",
  },

  judge(evidence, { expect }) {
    const declared = expect?.sameSite
    return judgeCarrierCookies(
      evidence,
      (cookies) =>
        declared === undefined
          ? `${cookies}: SameSite is set to Lax or Strict`
          : `${cookies}: SameSite is set to ${declared}, as the policy says`,
      (name, made) => ({
        findings: [
          ...openToAll(name, made),
          ...leftToBrowsers(name, made),
          ...undeclared(name, made, declared),
        ],
      }),
    )
  },
}

function openToAll(name: string, made: readonly ObservedCookie[]): Finding[] {
  const open = made.filter((cookie) => cookie.attributes.sameSite === 'None')
  if (open.length === 0) return []
  const refused = open.some((cookie) => !cookie.attributes.secure)
  // A partitioned cookie is bound to the embedding site: a deliberate, far smaller opening.
  const partitioned = open.every((cookie) => cookie.attributes.partitioned)
  return [
    {
      where: `cookie ${name}`,
      kind: 'none',
      seen: refused
        ? `${name} is set with SameSite=None but without Secure: Chromium and Firefox refuse it, others send it with requests of any site.`
        : `${name} is set with SameSite=None: requests made by any other site carry the session, so all of the protection against forged requests rests on the application.`,
      fix: 'Use SameSite=Lax or Strict. Only an application that must work inside other sites needs None; then keep Secure, add Partitioned, and check Origin or a token on every change.',
      exchanges: exchangesOf(open),
      severity: partitioned && !refused ? 'low' : 'medium',
    },
  ]
}

function leftToBrowsers(name: string, made: readonly ObservedCookie[]): Finding[] {
  const silent = made.filter((cookie) => cookie.attributes.sameSite === null)
  if (silent.length === 0) return []
  return [
    {
      where: `cookie ${name}`,
      kind: 'unset',
      seen: `${name} is set without a SameSite that browsers understand: Chromium then treats it as Lax except for two minutes after it was set, Firefox and Safari send it with requests of any site.`,
      fix: 'Say SameSite=Lax or SameSite=Strict.',
      exchanges: exchangesOf(silent),
      severity: 'low',
    },
  ]
}

/** Strictest first. */
const STRICTNESS: readonly SameSite[] = ['Strict', 'Lax', 'None', null]

function undeclared(
  name: string,
  made: readonly ObservedCookie[],
  declared: SameSite | undefined,
): Finding[] {
  if (declared === undefined) return []
  const others = made.filter((cookie) => cookie.attributes.sameSite !== declared)
  const loosest = others.reduce((most, { attributes }) => Math.max(most, rank(attributes.sameSite)), -1)
  if (loosest < 0) return []
  const seen = STRICTNESS[loosest] ?? null
  const looser = loosest > rank(declared)
  return [
    {
      where: `cookie ${name}`,
      kind: 'policy',
      seen: `The policy says SameSite=${declared}, and ${name} is set ${seen === null ? 'without a SameSite that browsers understand' : `with SameSite=${seen}`}.`,
      fix: looser
        ? `Set SameSite=${declared}, as the policy says.`
        : 'Make the cookie and what is written about it the same.',
      exchanges: exchangesOf(others),
      severity: looser ? 'medium' : 'low',
    },
  ]
}

function rank(sameSite: SameSite): number {
  return STRICTNESS.indexOf(sameSite)
}
