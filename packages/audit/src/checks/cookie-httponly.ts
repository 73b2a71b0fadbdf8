import { exchangesOf, judgeCarrierCookies } from '../judging/carrier-cookies.ts'
import type { Check } from '../judging/check.ts'

export const cookieHttpOnly: Check<'carrier' | 'cookies'> = {
  id: 'cookie-httponly',
  title: 'Scripts cannot read the session cookie',
  risk: "One script that gets into a page, by an injected comment or somebody else's library, can read the session and send it away; whoever receives it is signed in as the user.",
  severity: 'medium',
  refs: ['WSTG-SESS-02', 'ASVS-3.3.4', 'CWE-1004'],
  needs: ['carrier', 'cookies'],
  fixes: {
    latchkey: 'Leave `cookie.httpOnly` alone: latchkey sets HttpOnly by default.',
    'express-session': 'Remove `httpOnly: false` from `session({ cookie: { … } })`; true is the default.',
    'cookie-session': 'Remove `httpOnly: false` from `cookieSession({ … })`; true is the default.',
    'fastify-session': 'Remove `httpOnly: false` from the `cookie` option; true is the default.',
    'koa-session': 'Remove `httpOnly: false` from the session config; true is the default.',
    'iron-session': 'Remove `httpOnly: false` from `cookieOptions`; true is the default.',
    'hono-sessions': 'Set `cookieOptions: { httpOnly: true }`.',
    php: 'Set `session.cookie_httponly = 1` in php.ini, or `session_set_cookie_params(["httponly" => true])`.',
    django: 'Set `SESSION_COOKIE_HTTPONLY = True` (the default).',
    flask: 'Set `SESSION_COOKIE_HTTPONLY = True` (the default).',
    rails: 'Remove `httponly: false` from `config.session_store`.',
    laravel: "Set `'http_only' => true` in config/session.php.",
  },

  judge(evidence) {
    return judgeCarrierCookies(
      evidence,
      (cookies) => `${cookies}: HttpOnly, so no script can read it`,
      (name, made) => {
        const open = made.filter((cookie) => !cookie.attributes.httpOnly)
        if (open.length === 0) return { findings: [] }
        return {
          findings: [
            {
              where: `cookie ${name}`,
              seen: `${name} carries the session and is set without HttpOnly: any script on the page can read and send it away.`,
              fix: 'Add HttpOnly to this cookie. A script that needs to know who is signed in can ask the server.',
              exchanges: exchangesOf(open),
            },
          ],
        }
      },
    )
  },
}
