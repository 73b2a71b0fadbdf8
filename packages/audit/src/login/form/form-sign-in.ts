import type { BrowserJar } from '../../network/cookies/jar.ts'
import type { Http } from '../../network/http.ts'
import { type Visit, visit } from '../../network/pages/navigate.ts'
import { AuditError } from '../../options/errors.ts'
import type { AuditOptions } from '../../options/options.ts'
import { scriptLogins } from '../script/endpoints.ts'
import { followScript } from '../script/follow.ts'
import { scriptSignIn } from '../script/script-sign-in.ts'
import { tokenOfPage } from '../script/token.ts'
import type { LoginChoices, SignIn } from '../sign-in.ts'
import { saysSignIn } from '../words.ts'
import { fillForm, offersRemember } from './fill-form.ts'
import { findLoginForm, findUsernameForm, type LoginForm } from './find-form.ts'
import { findLoginPage } from './find-page.ts'
import { followForms } from './self-sending.ts'

/** Finds the login form and learns how to fill it. Throws `login_not_found`. */
export async function formSignIn(http: Http, options: AuditOptions, start: URL): Promise<SignIn> {
  http.secrets.addCredential('password', options.password ?? '')
  const seen: Visit[] = []
  const page = await findLoginPage(http, options, start, seen).catch((error: unknown) => {
    if (error instanceof AuditError && error.code === 'login_not_found') return error
    throw error
  })
  if (page instanceof AuditError) {
    const logins = await scriptLogins(http, seen)
    if (logins.length === 0) throw page
    return scriptSignIn(http, options, logins)
  }
  const { visit: entryVisit, found } = page
  const entry = entryOn(http, entryVisit, seen, start)
  const typed = [found.username?.name, found.password?.name]
  const submission = fillForm(found.form, entryVisit.final.url, new Map(), found.button)
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

/** The page of the site itself from which the login is reached, wherever its form may be. */
function entryOn(http: Http, { answers, final }: Visit, seen: readonly Visit[], start: URL): URL {
  if (http.allows(final.url)) return final.url
  const first = answers[0]?.url
  if (first && http.allows(first)) return first
  const leads = ({ page }: Visit) => page.links.some(({ url }) => url.href === first?.href)
  return seen.find((each) => http.allows(each.final.url) && leads(each))?.final.url ?? start
}

/** Opens it as a person would who wants to sign in: on to the other origin, if the login is there. */
async function reachForm(http: Http, entry: URL, jar: BrowserJar): Promise<Visit> {
  const here = await followForms(http, jar, await visit(http, { url: entry, phase: 'login', jar }))
  const away = here.page.links.find(
    ({ url, text }) =>
      !http.allows(url) && http.allows(url, 'login') && saysSignIn(`${text} ${url.pathname}`),
  )
  if (here.page.forms.some(({ fields }) => fields.some(({ type }) => type === 'password')) || !away)
    return here
  return followForms(
    http,
    jar,
    await visit(http, { url: away.url, phase: 'login', jar, from: here.final.url }),
  )
}

/** One login: the page is fetched again in this jar, because its CSRF token belongs to this session. */
async function login(
  http: Http,
  options: AuditOptions,
  entry: URL,
  jar: BrowserJar,
  choices: LoginChoices = {},
): Promise<Visit> {
  let here = await reachForm(http, entry, jar)
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
  if (!http.allows(submission.url, 'login')) http.allowUpgrade(here.final.url, submission.url)
  // A token that is in no field is one that the page's script sends.
  const isField = found.form.fields.some(({ value }) => value === here.page.csrf?.token)
  const headers = found.password && !isField ? tokenOfPage(http, here).headers : {}
  const sent = await visit(http, { ...submission, headers, phase: 'login', jar })
  return followScript(http, await followForms(http, jar, sent), jar)
}
