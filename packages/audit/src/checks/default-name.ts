import type { FrameworkEvidence } from '../evidence/evidence.ts'
import { onlyInHeader } from '../judging/carrier-cookies.ts'
import type { Check, Finding } from '../judging/check.ts'
import { fail, inconclusive, pass, skipped } from '../judging/verdicts.ts'

export const defaultName: Check<'framework'> = {
  id: 'default-name',
  title: "The session cookie's name does not give away the framework",
  risk: 'Somebody who looks for sites with a known hole in one framework finds this one sooner. By itself it opens nothing.',
  severity: 'info',
  refs: ['WSTG-SESS-01', 'WSTG-INFO-08', 'ASVS-13.4.6', 'CWE-200'],
  needs: ['framework'],
  fixes: {
    'express-session': "Set `name: '__Host-session'` (with `secure: true`).",
    'cookie-session': "Set `name: '__Host-session'` (with `secure: true`).",
    'fastify-session': "Set `cookieName: '__Host-session'` (with `secure: true`).",
    'koa-session': "Set `key: '__Host-session'` (with `secure: true`).",
    'hono-sessions': "Set `sessionCookieName: '__Host-session'`.",
    php: 'Set `session.name = __Host-session` in php.ini (with `session.cookie_secure = 1`).',
    django: "Set `SESSION_COOKIE_NAME = '__Host-session'`.",
    flask: "Set `SESSION_COOKIE_NAME = '__Host-session'`.",
    rails: "Set `key: '__Host-session'` on `config.session_store`.",
    laravel: 'Set `SESSION_COOKIE=__Host-session`.',
  },

  judge({ framework }, context) {
    const { carriers, target } = context
    // A visitor cannot tell what carries the session: then a name that only sessions have must do.
    const own = framework.defaultNames.filter(({ cookie }) => carriers?.includes(cookie) ?? true)
    if (own.length > 0) return fail(own.map(findingOf))
    if (target.passive && carriers === null) {
      return skipped(
        'no cookie that a visitor is given is known to be a session, or has a default name of one',
      )
    }
    if (carriers === null || carriers.length === 0) {
      return inconclusive('no default name was seen, but what carries the session is not certain')
    }
    if (onlyInHeader(context)) {
      return skipped('the session travels in the Authorization header: there is no cookie to name')
    }
    const headers = framework.headers.length === 0 ? '' : `. Headers do: ${framework.headers.join('; ')}`
    return pass(`No session cookie has a framework's default name${headers}`)
  },
}

function findingOf({ cookie, framework }: FrameworkEvidence['defaultNames'][number]): Finding {
  return {
    where: `cookie ${cookie}`,
    seen: `${cookie} is the default name of ${framework}: it tells a stranger which software to look for holes in.`,
    fix: 'Give the cookie a name of its own that says nothing; `__Host-session` is a good one over https.',
    exchanges: [],
  }
}
