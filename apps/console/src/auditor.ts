import {
  AuditError,
  type AuditOptions,
  audit,
  type Comparison,
  compareReports,
  inspectLogin,
  type LoginInspection,
  plan,
  type Report,
  renderHtml,
  renderJson,
  reportCss,
  reportFragment,
  type Tried,
} from '@latchkey/audit'
import { inFormWords, reportInFormWords } from './audits/in-form-words.ts'

/** All that the console uses of the auditor. */
export interface Auditor {
  run(options: AuditOptions): Promise<Report>
  /** The steps that a run will take, each with what it does in words. */
  steps(options: AuditOptions): { readonly id: string; readonly label: string }[]
  /** Signs in and says what it recognised; `tell` takes what was tried on the way, also where there was no sign-in. */
  inspect(options: AuditOptions, tell: (tried: readonly Tried[]) => void): Promise<LoginInspection>
  compare(before: Report, after: Report): Comparison
  /** The report as part of a page, styled by `css`. */
  fragment(report: Report): string
  json(report: Report): string
  /** One self-contained page. */
  html(report: Report): string
  readonly css: string
}

export const auditor: Auditor = {
  run: audit,
  steps: (options) =>
    plan(options).map(({ step, describes }) => ({ id: step, label: sentence(inFormWords(describes)) })),
  inspect: (options, tell) => inspectLogin(options, {}, tell),
  compare: (before, after) => compareReports(reportInFormWords(before), reportInFormWords(after)),
  fragment: (report) => reportFragment(reportInFormWords(report)),
  json: renderJson,
  html: (report) => renderHtml(reportInFormWords(report)),
  css: reportCss,
}

const explanations: Readonly<Record<AuditError['code'], string>> = {
  usage: 'The audit could not start with these details.',
  unreachable: 'The site could not be reached.',
  off_origin: 'The audit would have had to leave the site it was asked to look at.',
  address_refused: 'The site is at a private or reserved address, which this console does not contact.',
  login_not_found: 'No login form was found. Give the address of the login page.',
  browser_missing: 'The sign-in needs a browser, and this console has none.',
  sign_in_failed: 'The sign-in did not work, so nothing was judged.',
  more_asked: 'The site asks for something more after the password, so nothing was judged.',
  oracle_unstable: 'Signed-in and anonymous answers could not be told apart.',
  budget_spent: 'The audit stopped at its limit of requests or sign-ins.',
  aborted: 'The audit was stopped.',
  evidence_invalid: 'The evidence could not be read.',
  report_invalid: 'The report could not be read.',
  resume_invalid: 'The audit could not go on with one that was begun before.',
  resume_passphrase: 'The audit could not go on with one that was begun before.',
  password_not_restored: 'The password of the account was changed and could not be changed back.',
}

/** Why an audit could not be done, in words for the console's user. Never holds a secret. */
export function explain(error: unknown): string {
  if (!(error instanceof AuditError)) return 'The audit ended because of a fault in this console.'
  if (error.code === 'aborted') return explanations.aborted
  const said = inFormWords(error.message)
  // Those say all of it themselves.
  if (['unreachable', 'login_not_found', 'usage'].includes(error.code)) return `${sentence(said)}.`
  return `${explanations[error.code]} ${sentence(said)}.`
}

/** Begins with a capital letter, unless it begins with an address; without its full stop. */
function sentence(text: string): string {
  return text
    .replace(/^[a-z]+(?=[ ,])/, (word) => word.charAt(0).toUpperCase() + word.slice(1))
    .replace(/\.$/, '')
}
