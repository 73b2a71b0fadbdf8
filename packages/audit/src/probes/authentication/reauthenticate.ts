import { fillForm } from '../../login/form/fill-form.ts'
import { findLoginForm, findUsernameForm } from '../../login/form/find-form.ts'
import { csrfHeaders } from '../../login/json.ts'
import { sendsByScript } from '../../login/sign-in.ts'
import { passwordRole, saysDestroy, saysOther } from '../../login/words.ts'
import type { BrowserJar } from '../../network/cookies/jar.ts'
import type { Field, Form } from '../../network/pages/form.ts'
import type { Page } from '../../network/pages/html.ts'
import { type Visit, visit } from '../../network/pages/navigate.ts'
import { AuditError, ProbeError } from '../../options/errors.ts'
import { isByScript } from '../../options/login-body.ts'
import { readUrl } from '../../options/url.ts'
import type { ProbeContext } from '../context.ts'

/** A way for a signed-in user to authenticate again. */
export interface Reauthentication {
  readonly how: { readonly url: string; readonly found: string; readonly named: boolean }
  /** Sends the account's password, or the given one, in this browser. Null when the site refused outright. */
  send(jar: BrowserJar, password?: string): Promise<Visit | null>
}

/** Where there is none: why. */
export interface Unavailable {
  readonly unavailable: string
  /** The site led its user to a page for users. */
  readonly isCertain: boolean
}

/** Opens, in a signed-in browser, what asks for the password again. Throws ProbeError for a page named in vain. */
export async function findReauthentication(
  context: ProbeContext,
  jar: BrowserJar,
): Promise<Reauthentication | Unavailable> {
  const { options, signIn } = context
  if (options.reauthUrl !== undefined) return named(context, options.reauthUrl, jar)
  return sendsByScript(signIn) ? repeated(context) : shownAgain(context, jar)
}

/** The login form, if it is still shown to who is signed in already. Any other form is not ours to press. */
async function shownAgain(context: ProbeContext, jar: BrowserJar): Promise<Reauthentication | Unavailable> {
  const { http, options, signIn, oracle } = context
  const { final, page } = await visit(http, { url: signIn.entry, phase: 'login', jar })
  const found = findLoginForm(page, options) ?? findUsernameForm(page, options)
  const submission = found && fillForm(found.form, final.url, new Map(), found.button)
  if (found === null || submission?.url.pathname !== signIn.action.pathname || saysDestroy(found.form.text)) {
    const where =
      final.url.pathname === signIn.entry.pathname ? 'shows no login form' : `leads to ${final.url.pathname}`
    return {
      isCertain: final.url.pathname === oracle.url.pathname && oracle.judge(final) === 'signed-in',
      unavailable: `${signIn.entry.pathname} ${where} for a signed-in user, so there is no way to authenticate again; if there is a page that asks for the password, name it with --reauth-url`,
    }
  }
  return repeated(context)
}

function repeated({ http, signIn }: ProbeContext): Reauthentication {
  const url = http.secrets.redactUrl(signIn.action.href)
  return {
    how: { url, found: 'the login, done again while signed in', named: false },
    async send(jar, password) {
      try {
        return (await signIn.login?.(jar, password === undefined ? {} : { password })) ?? null
      } catch (error) {
        if (error instanceof AuditError && error.code === 'sign_in_failed') return null
        throw error
      }
    },
  }
}

async function named(context: ProbeContext, given: string, jar: BrowserJar): Promise<Reauthentication> {
  const { http, options, start } = context
  const url = readUrl(given, '--reauth-url', start)
  const how = { url: http.secrets.redactUrl(url.href), found: 'named by the user', named: true }
  if (isByScript(options.loginFormat))
    return { how, send: (in_, password) => sendJson(context, url, in_, password) }
  const open = async (in_: BrowserJar): Promise<{ visit: Visit; asks: Asking }> => {
    const here = await visit(http, { url, phase: 'signed-in', jar: in_ })
    const asks = findAsking(here.page)
    if (asks) return { visit: here, asks }
    throw new ProbeError(
      `${url.pathname} (--reauth-url) shows no form that asks for the password (status ${here.final.status}); some sites ask only when the last sign-in is some time ago`,
    )
  }
  await open(jar)
  return {
    how,
    async send(in_, password = options.password ?? '') {
      const { visit: here, asks } = await open(in_)
      for (const { type, name, value } of asks.form.fields)
        if (type === 'hidden') http.secrets.add(name, value)
      const typed = new Map([[asks.password, password]])
      if (asks.username) typed.set(asks.username, options.username ?? '')
      http.spendLogin()
      const submission = fillForm(asks.form, here.final.url, typed)
      return visit(http, { ...submission, phase: 'login', jar: in_ })
    },
  }
}

interface Asking {
  readonly form: Form
  readonly password: Field
  readonly username: Field | null
}

/** The form on a page that asks for the one password there is, and does nothing else with it that is known to harm. */
function findAsking(page: Page): Asking | null {
  for (const form of page.forms) {
    const passwords = form.fields.filter(
      ({ type, disabled, name }) => type === 'password' && !disabled && name !== '',
    )
    const [password] = passwords
    if (password === undefined || passwords.length !== 1 || form.method !== 'POST') continue
    const does = `${form.action.pathname} ${form.buttons.map(({ text }) => text).join(' ')}`
    const isNew = password.autocomplete === 'new-password' || passwordRole(password.name) === 'new'
    if (isNew || saysDestroy(does) || saysOther(does)) continue
    const blank = form.fields.find(
      ({ type, value, disabled }) => /^(?:text|email)$/.test(type) && value === '' && !disabled,
    )
    return { form, password, username: blank ?? null }
  }
  return null
}

async function sendJson(
  { http, options, start }: ProbeContext,
  url: URL,
  jar: BrowserJar,
  password = options.password ?? '',
): Promise<Visit | null> {
  http.spendLogin()
  const sent = await visit(http, {
    url,
    method: 'POST',
    phase: 'login',
    jar,
    script: true,
    from: start,
    headers: csrfHeaders(jar, url),
    body: { type: 'json', fields: [[options.passwordField ?? 'password', password]] },
  })
  return sent.final.status < 400 ? sent : null
}
