import type { LoginCsrfEvidence } from '../evidence/login-csrf.ts'
import { onlyInHeader } from '../judging/carrier-cookies.ts'
import type { Check, Finding } from '../judging/check.ts'
import { brokenControl, fail, inconclusive, listed, pass, skipped } from '../judging/verdicts.ts'

type Trial = LoginCsrfEvidence['trials'][number]

export const loginCsrf: Check<'loginCsrf'> = {
  id: 'login-csrf',
  title: 'No page of another site can sign a browser in',
  risk: "A page of another site signs the user into an attacker's account unnoticed, and what the user enters there, such as a card or an address, the attacker reads.",
  severity: 'low',
  refs: ['WSTG-SESS-05', 'ASVS-3.5.1', 'CWE-352'],
  needs: ['loginCsrf'],
  fixes: {
    latchkey:
      'Keep the login behind the adapter: it refuses an unsafe request of another origin before a handler runs.',
    'express-session':
      'Give visitors a session with the login form’s token in it, or refuse a POST whose `Sec-Fetch-Site` or `Origin` is another site’s.',
    'cookie-session':
      'Put a token into the visitor’s cookie and the login form, or refuse a POST whose `Sec-Fetch-Site` or `Origin` is another site’s.',
    'fastify-session': 'Give the login route `preHandler: app.csrfProtection` of @fastify/csrf-protection.',
    'koa-session': 'Refuse a POST whose `Sec-Fetch-Site` or `Origin` is another site’s, on the login too.',
    'iron-session': 'Refuse a POST whose `Sec-Fetch-Site` or `Origin` is another site’s, on the login too.',
    'hono-sessions': 'Put the login behind `csrf()` of hono/csrf.',
    php: 'Start the session before the login form, put a token into both, and compare them when the form comes.',
    django:
      'Leave `CsrfViewMiddleware` on for the login view, as `LoginView` does; do not use `csrf_exempt` on it.',
    flask: 'Let the login form be a FlaskForm, or use `CSRFProtect(app)` of Flask-WTF.',
    rails: 'Keep `protect_from_forgery with: :exception` for the sessions controller.',
    laravel: 'Keep the login route in the web middleware group, and out of the exceptions of its CSRF check.',
  },

  judge({ loginCsrf: { url, untried, trials, screened, alike, controls } }, context) {
    if (untried !== null) return onlyInHeader(context) ? skipped(untried) : inconclusive(untried)
    const unsigned = screened ? [...screened.trials, screened.own] : []
    const exchanges = [
      ...trials.flatMap(({ exchange, after }) => [exchange, after.exchange]),
      ...unsigned.map(({ exchange }) => exchange),
    ]
    const basis = { controls, exchanges }
    const broken = brokenControl(controls)
    if (broken !== null) return inconclusive(broken, basis)
    const open = trials.filter(({ after }) => after.state === 'signed-in')
    if (open.length > 0)
      return fail(
        open.slice(0, 1).map((trial) => findingOf(trial, url)),
        basis,
      )
    if (!alike || trials.length === 0) {
      return inconclusive(
        `what ${url} answered to the credentials of another site's page was not the same each time`,
        basis,
      )
    }
    const tried = namesOf(trials)
    const others = namesOf(screened?.trials ?? []).filter((name) => !tried.includes(name))
    const early =
      others.length > 0 ? `${listed(others)} was refused as that was before credentials were looked at; ` : ''
    return pass(
      `Another site's page signed nobody in by ${listed(tried)}; ${early}the site's own page did`,
      basis,
    )
  },
}

const WITH: Readonly<Record<Trial['token'], string>> = {
  "another's": ' with another visitor’s token',
  none: ' without a token',
  'no-need': '',
}

function namesOf(trials: readonly Pick<Trial, 'how' | 'token'>[]): string[] {
  return [...new Set(trials.map(({ how, token }) => `${how}${WITH[token]}`))]
}

function findingOf({ how, token, exchange, after }: Trial, url: string): Finding {
  return {
    where: 'login',
    seen: `${how === 'a link' ? 'A link' : how.replace(/^a /, 'A ')} on a page of any other site${WITH[token]} signs the browser in at ${url} with credentials of its own choosing: who does not notice works in, and fills, an attacker's account.`,
    fix: 'Refuse a login that another site sends: compare Origin or Sec-Fetch-Site, or give visitors a session with the token of the login form in it. SameSite does not help, as nobody is signed in yet.',
    exchanges: [exchange, after.exchange],
  }
}
