import { fillForm } from '../../login/form/fill-form.ts'
import { csrfHeaders } from '../../login/json.ts'
import { saysDanger } from '../../login/words.ts'
import type { RequestBody } from '../../network/body.ts'
import type { BrowserJar } from '../../network/cookies/jar.ts'
import type { Http } from '../../network/http.ts'
import type { Form } from '../../network/pages/form.ts'
import type { Page } from '../../network/pages/html.ts'
import { visit } from '../../network/pages/navigate.ts'
import type { ActionFields, ReversibleAction } from '../../options/action.ts'
import { readUrl } from '../../options/url.ts'
import { knownToAnyone, mayBeToken, type Pair } from './known-fields.ts'

/** The addresses of an action, resolved. */
export interface Places {
  readonly action: URL
  readonly read: URL
  readonly form: URL
}

export function placesOf({ url, readUrl: read, formUrl }: ReversibleAction, start: URL): Places {
  return {
    action: readUrl(url, '--action', start),
    read: readUrl(read, '--action-read', start),
    form: readUrl(formUrl ?? read, '--action-form', start),
  }
}

/** What the page with the form adds to what the user typed; nothing where there is no such form. */
export interface OwnForm {
  readonly page: URL
  readonly hidden: readonly Pair[]
  /** What a user sees, as it is, and the button. */
  readonly seen: readonly Pair[]
  /** Names of the fields for passwords. */
  readonly passwords: readonly string[]
  readonly multipart: boolean
  /** `<meta name=csrf-token>`, which the page's script sends along. */
  readonly meta: Page['csrf']
}

/** Opens the page with the form as this browser sees it. */
export async function openForm(
  http: Http,
  jar: BrowserJar,
  { format = 'form' }: ReversibleAction,
  { form: url, action }: Places,
  fields: ActionFields,
): Promise<OwnForm> {
  const { final, page } = await visit(http, { url, phase: 'signed-in', jar })
  const form = format === 'json' ? null : formFor(page, action, Object.keys(fields))
  const pairs = form === null ? [] : filled(form, final.url)
  const isHidden = ([name]: Pair) =>
    form?.fields.some((field) => field.name === name && field.type === 'hidden')
  const hidden = pairs.filter(isHidden)
  const seen = pairs.filter((pair) => !isHidden(pair))
  for (const [name, value] of hidden) http.secrets.add(name, value)
  // What the user keeps there is nobody's business, also where a link of another site would carry it.
  for (const [name, value] of seen) if (value.length > 2) http.secrets.addCredential(name, value)
  if (page.csrf) http.secrets.add(page.csrf.param, page.csrf.token)
  const passwords = (form?.fields ?? []).filter(({ type }) => type === 'password').map(({ name }) => name)
  const multipart = form?.enctype === 'multipart/form-data'
  return { page: final.url, hidden, seen, passwords, multipart, meta: page.csrf }
}

/** Every field as the browser would send it, by a button that does not sound like doing something else. */
function filled(form: Form, page: URL): readonly Pair[] {
  const button =
    form.buttons.find(({ text, sends }) => !saysDanger(`${text} ${sends.flat().join(' ')}`)) ?? null
  const plain = { ...form, buttons: [] }
  const { url, body } = fillForm(plain, page, new Map(), button && { ...button, action: null, method: null })
  return body?.fields ?? [...url.searchParams]
}

/**
 * The fields that a page of another site can send as well: of the hidden ones those that anyone with an account
 * knows, and whatever it likes for the others, which are sent as they are, so that nothing is lost. It knows no
 * password, whoever named it.
 */
export function sendableByAnyone(
  mine: OwnForm,
  theirs: OwnForm,
  change: ActionFields,
  password: string | undefined,
): readonly Pair[] {
  const isPassword = ([name, value]: Pair) =>
    value !== '' && (mine.passwords.includes(name) || value === password)
  const others = [
    ...knownToAnyone(mine.hidden, theirs.hidden),
    ...mine.seen.filter((pair) => !mayBeToken(pair)),
  ]
  return [...without(others, change), ...sentFields(change)].filter((pair) => !isPassword(pair))
}

/** Of the forms that lead there the one with most of the fields. */
function formFor(page: Page, action: URL, names: readonly string[]): Form | null {
  const count = ({ fields }: Form) => fields.filter(({ name }) => names.includes(name)).length
  const leading = page.forms.filter((form) => form.action.pathname === action.pathname)
  return leading.sort((a, b) => count(b) - count(a))[0] ?? null
}

/** Makes a change as the site's own page would: with every cookie, the form's token, from the same origin. */
export async function changeFromOwnPage(
  http: Http,
  jar: BrowserJar,
  action: ReversibleAction,
  places: Places,
  values: ActionFields,
): Promise<number | null> {
  const { method = 'POST', format = 'form' } = action
  const form = await openForm(http, jar, action, places, values)
  const json = format === 'json'
  const meta =
    !json && form.hidden.length === 0 && form.meta ? [[form.meta.param, form.meta.token] as const] : []
  const others = [...form.hidden, ...form.seen, ...meta]
  const fields: readonly Pair[] = [...without(others, values), ...sentFields(values)]
  const type: RequestBody['type'] = json ? 'json' : form.multipart ? 'multipart' : 'urlencoded'
  const { answers } = await visit(http, {
    url: method === 'GET' ? withFields(places.action, fields) : places.action,
    method,
    phase: 'signed-in',
    jar,
    from: form.page,
    script: json,
    headers: {
      ...(form.meta && method !== 'GET' ? { 'x-csrf-token': form.meta.token } : {}),
      ...(method === 'GET' ? {} : csrfHeaders(jar, places.action)),
    },
    ...(method === 'GET' ? {} : { body: { type, fields } }),
  })
  return answers[0]?.exchange ?? null
}

/** The fields that are sent. */
function sentFields(fields: ActionFields): readonly Pair[] {
  return Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]))
}

/** The fields that the user did not name. */
export function without(fields: readonly Pair[], named: ActionFields): readonly Pair[] {
  return fields.filter(([name]) => !Object.hasOwn(named, name))
}

/** The address with these fields in its query, in place of its own of the same names. */
export function withFields(address: URL, fields: readonly Pair[]): URL {
  const url = new URL(address.href)
  for (const [name] of fields) url.searchParams.delete(name)
  for (const [name, value] of fields) url.searchParams.append(name, value)
  return url
}
