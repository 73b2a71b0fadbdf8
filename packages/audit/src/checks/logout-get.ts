import type { LogoutGetEvidence } from '../evidence/evidence.ts'
import { onlyInHeader } from '../judging/carrier-cookies.ts'
import type { Check, Finding } from '../judging/check.ts'
import { brokenControl, fail, inconclusive, listed, pass, skipped } from '../judging/verdicts.ts'

type Trial = LogoutGetEvidence['trials'][number]

export const logoutGet: Check<'logoutGet'> = {
  id: 'logout-get',
  title: 'No link or image of another site signs the user out',
  risk: 'Any other site can sign the user out with a link or an image, which annoys, and helps to lead them to a false login page.',
  severity: 'low',
  refs: ['WSTG-SESS-05', 'WSTG-SESS-06', 'ASVS-3.5.3', 'CWE-352'],
  needs: ['logoutGet'],
  fixes: {
    latchkey: 'Call `session.logout()` in a POST route only; the adapters refuse a POST of another origin.',
    'express-session': "Make it `app.post('/logout', …)` behind the CSRF check of the other forms.",
    'cookie-session': "Make it `app.post('/logout', …)` behind the CSRF check of the other forms.",
    'fastify-session': "Make it `app.post('/logout', …)` with `preHandler: app.csrfProtection`.",
    'koa-session': "Make it `router.post('/logout', …)` behind the CSRF check of the other forms.",
    'iron-session': 'Destroy the session in a POST handler only.',
    'hono-sessions': "Make it `app.post('/logout', …)` behind `csrf()` of hono/csrf.",
    php: "Answer 405 unless `$_SERVER['REQUEST_METHOD'] === 'POST'`, and compare the form's token.",
    django: 'Use `LogoutView` of Django 5 or later, which takes POST only.',
    flask: "Declare it with `methods=['POST']` and let Flask-WTF check the token.",
    rails: 'Keep `delete` routes for `sessions#destroy`, and do not set Devise’s `sign_out_via` to `:get`.',
    laravel: "Use `Route::post('/logout', …)`, which the web middleware guards with a token.",
  },

  judge({ logoutGet: { url, trials, ownPage, controls } }, context) {
    const exchanges = [
      ...trials.flatMap(({ exchange, after }) => [exchange, after.exchange]),
      ...(ownPage ? [ownPage.exchange, ownPage.after.exchange] : []),
    ]
    const basis = { controls, exchanges }
    if (onlyInHeader(context)) {
      return skipped(
        `the session travels in the ${listed(context.carriers ?? [])} header, which no link and no image carries`,
        basis,
      )
    }
    const broken = brokenControl(controls)
    if (broken !== null) return inconclusive(broken, basis)
    const ended = trials.find(({ after }) => after.state === 'anonymous')
    if (ended !== undefined) return fail([findingOf(url, ended)], basis)
    if (trials.length === 0) return inconclusive('no GET was sent', basis)
    const unclear = trials.find(({ after }) => after.state !== 'signed-in')
    if (unclear !== undefined) {
      return inconclusive(
        `after a ${unclear.by} of another site led to ${url} the browser was neither clearly signed in nor anonymous`,
        basis,
      )
    }
    return pass(reasonOf(url, trials, ownPage), basis)
  },
}

function findingOf(url: string, { by, exchange, after }: Trial): Finding {
  const what =
    by === 'image'
      ? 'An image on a page of any other site, unless the browser blocks third-party cookies, and a link'
      : 'A link on a page of any other site'
  return {
    where: url,
    seen: `${what} signs the user out: the browser sent a GET to ${url}, as other sites can make it, and was anonymous after it.`,
    fix: 'End the session by POST only, with the defence against cross-site requests that other forms have. Let a GET show a page that asks.',
    exchanges: [exchange, after.exchange],
  }
}

function reasonOf(url: string, trials: readonly Trial[], ownPage: LogoutGetEvidence['ownPage']): string {
  if (ownPage?.after.state !== 'anonymous') return `A GET to ${url} leaves the session alive`
  const names = [...new Set(trials.flatMap(({ attached }) => attached))]
  const why =
    names.length === 0
      ? 'a browser adds no cookie of the session to what other sites send'
      : `the site refuses what other sites send, although ${listed(names)} goes along`
  return `A GET to ${url} ends the session only from the site’s own pages: ${why}. A prefetch or an image in what a user wrote still can`
}
