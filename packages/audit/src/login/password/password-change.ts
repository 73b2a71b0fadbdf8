import type { BrowserJar } from '../../network/cookies/jar.ts'
import type { Http } from '../../network/http.ts'
import type { Field, Form } from '../../network/pages/form.ts'
import { pageOf, type Visit, visit } from '../../network/pages/navigate.ts'
import { ProbeError } from '../../options/errors.ts'
import { isByScript } from '../../options/login-body.ts'
import type { AuditOptions } from '../../options/options.ts'
import { readUrl } from '../../options/url.ts'
import { fillForm } from '../form/fill-form.ts'
import { csrfHeaders } from '../json.ts'
import { saysElsewhere, saysEndOthers } from '../words.ts'
import { accepts, endingOthers, findPasswordForm, type PasswordForm } from './password-form.ts'
import { findPasswordPage, type PasswordSearch } from './password-page.ts'

export interface Passwords {
  readonly current: string
  readonly next: string
}

/** A way to change the password of whoever is signed in. */
export interface PasswordChange {
  readonly method: string
  readonly url: URL
  /** How it was found, in words. */
  readonly found: string
  /** Names of the fields that take a password. */
  readonly fields: readonly string[]
  /** Characters a new password may have at most; null when the form does not say. */
  readonly maxLength: number | null
  /** Whether the form, by what it says, takes this as a new password. */
  accepts(password: string): boolean
  /** The box by which a user ends the other sessions; null when there is none. */
  readonly choice: { readonly field: string; readonly preset: boolean } | null
  /** Another offer to end them, on the page of the form; null when there is none. */
  readonly offer: string | null
  /** Changes it. `endOthers` takes the choice. Throws ProbeError when the form is not there in this browser. */
  change(jar: BrowserJar, passwords: Passwords, endOthers?: boolean): Promise<Visit>
}

/** Finds the form, signed in as the search is. Throws ProbeError. */
export async function findPasswordChange(search: PasswordSearch): Promise<PasswordChange> {
  const { http, options } = search
  if (isByScript(options.loginFormat)) return jsonChange(http, options, search.start)
  const { visit: shown, found, how } = await findPasswordPage(search)
  const page = shown.final.url
  const { url, method } = fillForm(found.form, page, new Map(), found.button)
  const { current, fresh, confirm, choice } = found
  return {
    method: method ?? 'GET',
    url,
    found: how,
    fields: [current, fresh, confirm].flatMap((field) => (field ? [field.name] : [])),
    maxLength: fresh.maxLength,
    accepts: (password) => accepts(fresh, password),
    choice: choice && {
      field: choice.field.name,
      preset: choice.field.checked === choice.tickEnds,
    },
    offer: offerOn(shown),
    change: (jar, passwords, endOthers = false) => byForm(http, options, page, jar, passwords, endOthers),
  }
}

/**
 * A control on the page that would end the user's other sessions; where it is, in words. What the button of the
 * change itself promises is no offer beside it.
 */
export function offerOn({ answers }: Pick<Visit, 'answers'>): string | null {
  for (const page of answers.map(pageOf)) {
    const says = [
      ...page.links.map(({ url, text }) => `${url.pathname} ${text}`),
      ...page.forms
        .filter(isAnother)
        .flatMap(({ action, buttons }) =>
          buttons.map((button) => `${button.action ?? action.pathname} ${button.text}`),
        ),
    ]
    if (says.some((text) => saysEndOthers(text) && saysElsewhere(text)))
      return `a control on ${page.url.pathname}`
  }
  return null
}

function isAnother({ fields }: Form): boolean {
  return fields.filter(({ type }) => type === 'password').length < 2
}

/** The page is fetched again in this browser, because its CSRF token belongs to this session. */
async function byForm(
  http: Http,
  options: AuditOptions,
  page: URL,
  jar: BrowserJar,
  passwords: Passwords,
  endOthers: boolean,
): Promise<Visit> {
  const here = await visit(http, { url: page, phase: 'signed-in', jar })
  const found = findPasswordForm(here.page, options)
  if (found === null) {
    throw new ProbeError(
      `the form that changes the password was gone when ${page.pathname} was opened again (status ${here.final.status})`,
    )
  }
  for (const { type, name, value } of found.form.fields) if (type === 'hidden') http.secrets.add(name, value)
  const form = endOthers && found.choice ? endingOthers(found.form, found.choice) : found.form
  const submission = fillForm(form, here.final.url, typed(found, passwords), found.button)
  return visit(http, { ...submission, phase: 'signed-in', jar })
}

function typed(
  { current, fresh, confirm }: PasswordForm,
  { current: old, next }: Passwords,
): Map<Field, string> {
  const filled = new Map([[fresh, next]])
  if (current) filled.set(current, old)
  if (confirm) filled.set(confirm, next)
  return filled
}

const METHODS = ['POST', 'PUT', 'PATCH'] as const

/** A script's endpoint. Which method it takes is learnt from the 404 or 405 that the others get. */
function jsonChange(http: Http, options: AuditOptions, start: URL): PasswordChange {
  const url = readUrl(options.changePasswordUrl ?? '', '--change-password-url', start)
  const current = options.currentPasswordField ?? 'currentPassword'
  const fresh = options.newPasswordField ?? 'newPassword'
  const confirm = options.confirmPasswordField
  let known: string | null = null
  return {
    get method() {
      return known ?? METHODS[0]
    },
    url,
    found: 'named by the user',
    fields: confirm === undefined ? [current, fresh] : [current, fresh, confirm],
    maxLength: null,
    accepts: () => true,
    choice: null,
    offer: null,
    async change(jar, { current: old, next }) {
      const fields: [string, string][] = [
        [current, old],
        [fresh, next],
      ]
      if (confirm !== undefined) fields.push([confirm, next])
      let last: Visit | null = null
      for (const method of known === null ? METHODS : [known]) {
        last = await visit(http, {
          url,
          method,
          phase: 'signed-in',
          jar,
          script: true,
          from: start,
          headers: csrfHeaders(jar, url),
          body: { type: 'json', fields },
        })
        if (last.final.status === 404 || last.final.status === 405) continue
        known = method
        return last
      }
      throw new ProbeError(`${url.pathname} takes no POST, PUT or PATCH (it answered ${last?.final.status})`)
    },
  }
}
