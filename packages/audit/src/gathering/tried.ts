import { findCodeForm } from '../login/form/code-form.ts'
import { findLoginForm, findUsernameForm } from '../login/form/find-form.ts'
import { saidBy } from '../login/said.ts'
import type { Answer, Http } from '../network/http.ts'
import { schemesAskedFor } from '../network/http-auth.ts'
import { pageOf } from '../network/pages/navigate.ts'
import type { AuditOptions } from '../options/options.ts'

/** One request on the way to a sign-in, and what came of it. No secret is in it. */
export interface Tried {
  readonly method: string
  readonly url: string
  readonly status: number
  readonly saw: string
}

/** What was asked on the way, in its order, up to the exchange that ended the first login. */
export function triedBy({ answers, secrets }: Http, options: AuditOptions, last: number): Tried[] {
  return answers
    .filter(({ exchange, phase }) => exchange <= last && (phase === 'anonymous' || phase === 'login'))
    .map((answer) => ({
      method: answer.method,
      url: secrets.redactUrl(answer.url.href),
      status: answer.status,
      saw: secrets.redact([sawIn(answer, options), ...cookiesOf(answer)].join('; ')),
    }))
}

function sawIn(answer: Answer, options: AuditOptions): string {
  const { location } = answer
  if (location !== null) {
    return `leads to ${location.origin === answer.url.origin ? location.pathname : location.origin}`
  }
  const schemes = schemesAskedFor(answer)
  if (schemes.length > 0) return `asks for HTTP authentication (${schemes.join(', ')})`
  const page = pageOf(answer)
  const login = findLoginForm(page, options)
  if (login !== null) {
    return `a form with a password (${login.form.fields.map(({ name }) => name || 'without a name').join(', ')})`
  }
  if (findCodeForm(page) !== null) return 'a form for a one-time code'
  const first = findUsernameForm(page, options)
  if (first !== null) return `a form for the user name (${first.username?.name})`
  if (page.loosePassword) return 'a password field that only a script sends'
  const said = saidBy(answer, null)
  return said === null ? 'nothing to read' : `"${said.length > 60 ? `${said.slice(0, 59)}…` : said}"`
}

function cookiesOf({ cookies }: Answer): string[] {
  const names = cookies.filter(({ deletion }) => !deletion).map(({ name }) => name)
  return names.length === 0 ? [] : [`sets ${names.join(', ')}`]
}
