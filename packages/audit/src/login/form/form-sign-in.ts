import type { BrowserJar } from '../../network/cookies/jar.ts'
import type { Http } from '../../network/http.ts'
import { basic } from '../../network/http-auth.ts'
import { type Visit, visit } from '../../network/pages/navigate.ts'
import { AuditError } from '../../options/errors.ts'
import type { AuditOptions } from '../../options/options.ts'
import { answerBasic, asksForAuth, basicSignIn } from '../basic.ts'
import { scriptLogins } from '../script/endpoints.ts'
import { followScript } from '../script/follow.ts'
import { setScriptCookies } from '../script/script-cookie.ts'
import { scriptSignIn } from '../script/script-sign-in.ts'
import { tokenOfPage } from '../script/token.ts'
import type { LoginChoices, SignIn } from '../sign-in.ts'
import { saysSignIn } from '../words.ts'
import { enterCode } from './code-form.ts'
import { fillForm, offersRemember } from './fill-form.ts'
import { fillLogin } from './fill-login.ts'
import { findLoginForm, findUsernameForm, type LoginForm } from './find-form.ts'
import { findLoginPage, type Opened } from './find-page.ts'
import { giveFields } from './given-fields.ts'
import { hintsOf } from './hints.ts'
import { followForms } from './self-sending.ts'

/**
 * Finds the login form and learns how to fill it. Throws `login_not_found`.
 * @param opened the start page, where it is open already
 */
export async function formSignIn(
  http: Http,
  options: AuditOptions,
  start: URL,
  opened: Opened | null = null,
): Promise<SignIn> {
  http.secrets.addCredential('password', options.password ?? '')
  for (const [name, value] of Object.entries(options.fields ?? {})) http.secrets.addCredential(name, value)
  const seen: Visit[] = []
  const page = await findLoginPage(http, options, start, { seen, opened }).catch((error: unknown) => {
    if (error instanceof AuditError && error.code === 'login_not_found') return error
    throw error
  })
  if (page instanceof AuditError) {
    const asked = asksForAuth(seen)
    const isGate = asked?.final.url.pathname === start.pathname
    const logins = isGate ? [] : await scriptLogins(http, seen)
    if (logins.length > 0) return scriptSignIn(http, options, logins)
    if (asked && http.given.to(asked.final.url).authorization === undefined) {
      return answeringAuth(http, options, start, asked)
    }
    throw page
  }
  const { visit: entryVisit, found, jar: visitor } = page
  const entry = entryOn(http, entryVisit, seen, start)
  const [led] = entryVisit.answers
  const entries = led && http.allows(led.url) && led.url.href !== entry.href ? [entry, led.url] : [entry]
  const typed = [found.username?.name, found.password?.name]
  const submission = fillForm(found.form, entryVisit.final.url, new Map(), found.button)
  return {
    get entry() {
      return entries[0] ?? entry
    },
    action: submission.url,
    given: null,
    ...(isFirstId(entryVisit) ? { visitor } : {}),
    offersRemember: offersRemember(found.form),
    hints: hintsOf(entryVisit, found, options),
    evidence: {
      method: 'form',
      loginUrl: http.secrets.redactUrl(entry.href),
      action: http.secrets.redactUrl(submission.url.href),
      usernameField: found.username?.name ?? null,
      passwordField: found.password?.name ?? null,
      otherFields: otherFields(found, typed),
    },
    canPause: true,
    login: (jar, choices) => login(http, options, entries, jar, choices),
  }
}

/**
 * Whether the login page is where this visitor got an ID, or none was got before: where an earlier page gave it, what the
 * login page gives to whoever comes there first has not been seen.
 */
function isFirstId({ answers }: Visit): boolean {
  return answers.every(({ cookies, sentNames }) => sentNames.length === 0 || cookies.length > 0)
}

/** Basic may be a gate, with the login behind it, or the login itself. */
async function answeringAuth(http: Http, options: AuditOptions, start: URL, asked: Visit): Promise<SignIn> {
  const { url } = asked.final
  const answered = await answerBasic(http, options, asked)
  if (url.pathname === start.pathname || answered.credentials(url).length === 0) {
    http.given.set('authorization', basic(options.username ?? '', options.password ?? ''))
    const behind = await formSignIn(http, options, start).catch((error: unknown) => {
      if (error instanceof AuditError && error.code === 'login_not_found') return null
      throw error
    })
    if (behind) return behind
    http.given.delete('authorization')
  }
  return basicSignIn(http, options, asked, answered)
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

/**
 * One login: the page is fetched again in this jar, because its CSRF token belongs to this session.
 * @param entries the page, and what led to it: a page that was made for one visitor opens for nobody else
 */
async function login(
  http: Http,
  options: AuditOptions,
  entries: URL[],
  jar: BrowserJar,
  choices: LoginChoices = {},
): Promise<Visit> {
  let fields = options.fields ?? {}
  const [entry = new URL(options.url)] = entries
  let here = await reachForm(http, entry, jar)
  let found = findLoginForm(here.page, options)
  if (found === null) {
    const first = findUsernameForm(here.page, options)
    if (first === null && entries.length > 1) {
      entries.shift()
      return login(http, options, entries, jar, choices)
    }
    if (first) {
      here = await submit(http, { ...options, fields }, here, first, jar, nameOf(choices))
      if (choices.until === 'name') return here
      fields = giveFields(first.form, fields).left
      found = findLoginForm(here.page, options)
    }
  }
  if (found === null) {
    throw new AuditError(
      'sign_in_failed',
      `the login form was gone when ${entry.pathname} was opened again (status ${here.final.status})`,
    )
  }
  await choices.pause?.()
  http.spendLogin()
  choices.beforeSubmit?.()
  const landed = await submit(http, { ...options, fields }, here, found, jar, choices)
  return choices.code && choices.until === undefined ? enterCode(http, landed, jar, choices.code) : landed
}

async function submit(
  http: Http,
  options: AuditOptions,
  here: Visit,
  found: LoginForm,
  jar: BrowserJar,
  choices: LoginChoices,
): Promise<Visit> {
  const submission = await fillLogin(found, here.final.url, options, choices)
  for (const field of found.form.fields) {
    if (field.type === 'hidden') http.secrets.add(field.name, field.value)
  }
  // A form on a plain-http page may well send its password over https.
  if (!http.allows(submission.url, 'login')) http.allowUpgrade(here.final.url, submission.url)
  // A token that is in no field is one that the page's script sends.
  const isField = found.form.fields.some(({ value }) => value === here.page.csrf?.token)
  const headers = found.password && !isField ? tokenOfPage(http, here).headers : {}
  const sent = await visit(http, { ...submission, headers, phase: 'login', jar })
  setScriptCookies(http, here.page, sent.final, jar)
  return followScript(http, await followForms(http, jar, sent), jar)
}

/** The first page of two is about the user, and nothing else. */
function nameOf({ username }: LoginChoices): LoginChoices {
  return username === undefined ? {} : { username }
}
