import type { ObservedCookie } from '../evidence/evidence.ts'
import { exchangesOf, judgeCarrierCookies } from '../judging/carrier-cookies.ts'
import type { Check, Context, Finding } from '../judging/check.ts'
import type { Examined } from '../judging/together.ts'

/** Browsers trust loopback, and many apps switch Secure on under https only. */
const LOOPBACK =
  'the site was audited over http on loopback, where apps rightly leave Secure out; audit it over https to judge this'

export const cookieSecure: Check<'carrier' | 'cookies'> = {
  id: 'cookie-secure',
  title: 'The session cookie travels over TLS only',
  risk: 'Somebody on the same network can read the session from one unencrypted request, and is then signed in as the user.',
  severity: 'medium',
  refs: ['WSTG-SESS-02', 'ASVS-3.3.1', 'CWE-614'],
  needs: ['carrier', 'cookies'],
  fixes: {
    latchkey:
      'Leave `cookie.secure` alone: latchkey sets Secure by default; on http://localhost Chromium and Firefox keep it, WebKit does not.',
    'express-session':
      "Set `cookie: { secure: true }`, and `app.set('trust proxy', 1)` when TLS ends at a proxy, or no cookie is set at all.",
    'cookie-session': 'Set `secure: true`; behind a proxy that ends TLS also `app.set("trust proxy", 1)`.',
    'fastify-session': 'Set `cookie: { secure: true }`, and `trustProxy: true` on Fastify behind a proxy.',
    'koa-session': 'Set `secure: true` in the session config, and `app.proxy = true` behind a proxy.',
    'iron-session': 'Set `cookieOptions: { secure: true }` (the default).',
    'hono-sessions': 'Set `cookieOptions: { secure: true }`.',
    php: 'Set `session.cookie_secure = 1` in php.ini.',
    django: 'Set `SESSION_COOKIE_SECURE = True`.',
    flask: 'Set `SESSION_COOKIE_SECURE = True`.',
    rails: 'Set `config.force_ssl = true`, or `secure: true` on `config.session_store`.',
    laravel: 'Set `SESSION_SECURE_COOKIE=true`.',
  },

  judge(evidence, context) {
    return judgeCarrierCookies(
      evidence,
      (cookies) => `${cookies}: Secure, so it never travels in the clear`,
      (name, made) => examine(name, made, context),
    )
  },
}

function examine(name: string, made: readonly ObservedCookie[], context: Context): Examined {
  const { https, loopback } = context.target
  const open = made.filter((cookie) => !cookie.attributes.secure)
  if (https) return { findings: open.length === 0 ? [] : [sentInClear(name, open)] }
  if (!loopback) return { findings: [open.length === 0 ? refused(name, made) : alreadyInClear(name, open)] }
  return open.length === 0 ? { findings: [] } : { findings: [], unjudged: LOOPBACK }
}

function sentInClear(name: string, open: readonly ObservedCookie[]): Finding {
  return {
    where: `cookie ${name}`,
    seen: `${name} carries the session and is set over https without Secure: one http:// link to this host sends it in the clear.`,
    fix: 'Add Secure to this cookie.',
    exchanges: exchangesOf(open),
  }
}

function alreadyInClear(name: string, open: readonly ObservedCookie[]): Finding {
  return {
    where: `cookie ${name}`,
    seen: `${name} carries the session over plain http: anyone on the way can take it.`,
    fix: 'Serve the site over https only, and add Secure to this cookie.',
    exchanges: exchangesOf(open),
    severity: 'high',
  }
}

function refused(name: string, made: readonly ObservedCookie[]): Finding {
  return {
    where: `cookie ${name}`,
    seen: `${name} is set with Secure over plain http: browsers refuse it, so nobody can stay signed in here.`,
    fix: 'Serve the site over https only.',
    exchanges: exchangesOf(made),
  }
}
