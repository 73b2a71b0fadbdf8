import type { SignInEvidence } from '../evidence/evidence.ts'
import type { BrowserJar } from '../network/cookies/jar.ts'
import type { Http } from '../network/http.ts'
import { type Visit, visit } from '../network/pages/navigate.ts'
import { AuditError } from '../options/errors.ts'
import type { AuditOptions } from '../options/options.ts'
import { fillForm, offersRemember } from './form/fill-form.ts'
import { findLoginForm, findUsernameForm, type LoginForm } from './form/find-form.ts'
import { findLoginPage } from './form/find-page.ts'

export interface LoginChoices {
  /** Called when the jar is as it is just before the credentials leave. */
  readonly beforeSubmit?: () => void
  /** Tick the "remember me" box. */
  readonly remember?: boolean
  /** Sign in with another password than the account's. */
  readonly password?: string
}

/** A way to sign in. Each `login` is a complete one, in the jar it is given. */
export interface SignIn {
  readonly evidence: Omit<SignInEvidence, 'exchanges'>
  /** The page a visitor opens to sign in. */
  readonly entry: URL
  /** Where the credentials go. */
  readonly action: URL
  /** Null where no login can be made (a pasted cookie). Throws `sign_in_failed`, `budget_spent`. */
  readonly login: ((jar: BrowserJar, choices?: LoginChoices) => Promise<Visit>) | null
  /** The form has a "remember me" box. */
  readonly offersRemember: boolean
  /** A jar that is signed in without a login; for a pasted cookie. */
  readonly given: BrowserJar | null
}

/** Finds the login form and learns how to fill it. Throws `login_not_found`. */
export async function formSignIn(http: Http, options: AuditOptions, start: URL): Promise<SignIn> {
  http.secrets.addCredential('password', options.password ?? '')
  const { visit: entryVisit, found } = await findLoginPage(http, options, start)
  const entry = entryVisit.final.url
  const typed = [found.username?.name, found.password?.name]
  const submission = fillForm(found.form, entry, new Map(), found.button)
  return {
    entry,
    action: submission.url,
    given: null,
    offersRemember: offersRemember(found.form),
    evidence: {
      method: 'form',
      loginUrl: http.secrets.redactUrl(entry.href),
      action: http.secrets.redactUrl(submission.url.href),
      usernameField: found.username?.name ?? null,
      passwordField: found.password?.name ?? null,
      otherFields: otherFields(found, typed),
    },
    login: (jar, choices) => login(http, options, entry, jar, choices),
  }
}

function otherFields({ form, button }: LoginForm, typed: readonly (string | undefined)[]): string[] {
  const names = form.fields.map(({ name }) => name)
  for (const [name] of button?.sends ?? []) names.push(name)
  return [...new Set(names)].filter((name) => name !== '' && !typed.includes(name))
}

/** One login: the page is fetched again in this jar, because its CSRF token belongs to this session. */
async function login(
  http: Http,
  options: AuditOptions,
  entry: URL,
  jar: BrowserJar,
  choices: LoginChoices = {},
): Promise<Visit> {
  let here = await visit(http, { url: entry, phase: 'login', jar })
  let found = findLoginForm(here.page, options)
  if (found === null) {
    const first = findUsernameForm(here.page, options)
    if (first) {
      here = await submit(http, options, here, first, jar, {})
      found = findLoginForm(here.page, options)
    }
  }
  if (found === null) {
    throw new AuditError(
      'sign_in_failed',
      `the login form was gone when ${entry.pathname} was opened again (status ${here.final.status})`,
    )
  }
  http.spendLogin()
  choices.beforeSubmit?.()
  return submit(http, options, here, found, jar, choices)
}

function submit(
  http: Http,
  options: AuditOptions,
  here: Visit,
  found: LoginForm,
  jar: BrowserJar,
  { remember = false, password = options.password ?? '' }: LoginChoices,
): Promise<Visit> {
  const typed = new Map()
  if (found.username) typed.set(found.username, options.username ?? '')
  if (found.password) typed.set(found.password, password)
  for (const field of found.form.fields) {
    if (field.type === 'hidden') http.secrets.add(field.name, field.value)
  }
  const submission = fillForm(found.form, here.final.url, typed, found.button, remember)
  // A form on a plain-http page may well send its password over https.
  if (!http.allows(submission.url)) http.allowUpgrade(here.final.url, submission.url)
  return visit(http, { ...submission, phase: 'login', jar })
}
