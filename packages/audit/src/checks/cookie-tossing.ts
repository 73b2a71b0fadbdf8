import type { CookieTossingEvidence } from '../evidence/cookie-tossing.ts'
import { onlyInHeader } from '../judging/carrier-cookies.ts'
import type { Check, Finding } from '../judging/check.ts'
import { brokenControl, fail, inconclusive, listed, pass, skipped } from '../judging/verdicts.ts'

type Trial = CookieTossingEvidence['trials'][number]

export const cookieTossing: Check<'cookieTossing'> = {
  id: 'cookie-tossing',
  title: 'No other host of the site can put its own cookie in the session’s place',
  risk: 'Whoever controls one neighbouring host, such as a forgotten subdomain, can put a user into an account of their own or keep them signed out.',
  severity: 'low',
  refs: ['WSTG-SESS-02', 'ASVS-3.3.3', 'CWE-565'],
  needs: ['cookieTossing'],
  fixes: {
    latchkey: 'Keep the name `__Host-…`, which is the default.',
    'express-session':
      "Set `name: '__Host-session'` and `cookie: { secure: true, path: '/' }` without `domain`.",
    'cookie-session': "Set `name: '__Host-session'` and `secure: true` without `domain`.",
    'fastify-session': "Set `cookieName: '__Host-session'` and `cookie: { secure: true }` without `domain`.",
    'koa-session': "Set `key: '__Host-session'` and `secure: true` without `domain`.",
    'iron-session': "Set `cookieName: '__Host-session'`, and no `cookieOptions.domain`.",
    'hono-sessions': "Set `sessionCookieName: '__Host-session'`, and no `cookieOptions.domain`.",
    php: 'Set `session.name = __Host-session`, `session.cookie_secure = 1` and no `session.cookie_domain`.',
    django: "Set `SESSION_COOKIE_NAME = '__Host-session'` and `SESSION_COOKIE_SECURE = True`.",
    flask: "Set `SESSION_COOKIE_NAME = '__Host-session'` and `SESSION_COOKIE_SECURE = True`.",
    rails: "Set `key: '__Host-session'` and `secure: true` in `config.session_store`.",
    laravel:
      'Set `SESSION_COOKIE=__Host-session` and `SESSION_SECURE_COOKIE=true`, and leave `SESSION_DOMAIN` empty.',
  },

  judge({ cookieTossing: { noSibling, prefixed, trials, controls } }, context) {
    if (onlyInHeader(context))
      return skipped('the session travels in a header, which no other host can plant')
    if (noSibling !== null) return skipped(noSibling)
    if (trials.length === 0 && prefixed.length > 0) {
      return pass(
        `No other host can set ${listed(prefixed)}: browsers keep a __Host- name for the host itself`,
      )
    }
    const basis = {
      controls,
      exchanges: trials.flatMap(({ first, last }) => [first.exchange, last.exchange]),
    }
    const broken = brokenControl(controls)
    if (broken !== null) return inconclusive(broken, basis)
    const findings = trials.flatMap(findingOf)
    if (findings.length > 0) return fail(findings, basis)
    const either = trials.find(({ first, last }) => first.state === 'signed-in' && last.state === 'signed-in')
    if (either) {
      return inconclusive(
        `with two of ${listed(either.names)} the site takes the one that is signed in, whichever comes first; which of two signed-in sessions it takes cannot be told with one account`,
        basis,
      )
    }
    return inconclusive('two cookies of one name were answered neither as a user nor as a visitor', basis)
  },
}

function findingOf({ names, planted, first, last, again }: Trial): Finding[] {
  const cookies = listed(names)
  const value = planted === 'visitor' ? 'another visitor’s value' : 'a made-up value'
  const made = (seen: string): Finding[] => [
    {
      where: `cookie ${cookies}`,
      seen,
      fix: 'Name it __Host-…, with Secure, Path=/ and no Domain: browsers then take it from this host alone.',
      exchanges: [first.exchange, last.exchange],
    },
  ]
  const which = `${first.state}, ${last.state}`
  if (which === 'anonymous, signed-in') {
    return made(
      `Of two cookies ${cookies} the site takes the first, here ${value}, although the session came along: any host beside or below this one can put its own session in a user's place by a longer Path.`,
    )
  }
  if (which === 'signed-in, anonymous') {
    return made(
      `Of two cookies ${cookies} the site takes the last, here ${value}, although the session came along: any host beside or below this one can put its own session in a user's place once the user is signed in.`,
    )
  }
  const refused = which === 'anonymous, anonymous' || again?.state === 'unclear'
  if (!refused) return []
  return made(
    `With two cookies ${cookies} the site knows its user no more, whichever comes first: any host beside or below this one can keep a user out for as long as its cookie stays.`,
  )
}
