import { BrowserJar } from '../../network/cookies/jar.ts'
import type { Http } from '../../network/http.ts'
import { type Visit, visit } from '../../network/pages/navigate.ts'
import { AuditError } from '../../options/errors.ts'
import type { AuditOptions } from '../../options/options.ts'
import { jsonSignIn } from '../json.ts'
import { scriptLogins } from '../script/endpoints.ts'
import { followScript } from '../script/follow.ts'
import type { LoginChoices, SignIn } from '../sign-in.ts'
import { fillForm, offersRemember } from './fill-form.ts'
import { findLoginForm, findUsernameForm, type LoginForm } from './find-form.ts'
import { findLoginPage, type LoginPage } from './find-page.ts'

/** Finds the login form and learns how to fill it. Throws `login_not_found`. */
export async function formSignIn(http: Http, options: AuditOptions, start: URL): Promise<SignIn> {
  http.secrets.addCredential('password', options.password ?? '')
  const seen: Visit[] = []
  const page = await findLoginPage(http, options, start, seen).catch((error: unknown) => error)
  if (!isLoginPage(page)) return (await scriptSignIn(http, options, start, seen)) ?? Promise.reject(page)
  const { visit: entryVisit, found } = page
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

function isLoginPage(page: unknown): page is LoginPage {
  return typeof page === 'object' && page !== null && 'found' in page
}

/** Where no page has a form that can be sent: as the pages' scripts seem to send it. Null when none of that works. */
async function scriptSignIn(
  http: Http,
  options: AuditOptions,
  start: URL,
  seen: readonly Visit[],
): Promise<SignIn | null> {
  for (const found of await scriptLogins(http, seen)) {
    const signIn = jsonSignIn(http, options, start, found)
    const jar = new BrowserJar()
    const landed = await signIn.login?.(jar).catch((error: unknown) => error)
    const isIn = landed instanceof Error ? false : jar.credentials(found.endpoint).length > 0
    if (landed instanceof AuditError && landed.code !== 'sign_in_failed') throw landed
    if (isIn) return signIn
  }
  return null
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

async function submit(
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
  const token = here.page.csrf && found.password ? { 'x-csrf-token': here.page.csrf.token } : {}
  return followScript(http, await visit(http, { ...submission, headers: token, phase: 'login', jar }), jar)
}
