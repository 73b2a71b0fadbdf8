import type { ActionFields, ReversibleAction } from '../action.ts'
import type { RequestBody } from '../body.ts'
import type { Form, Page } from '../html.ts'
import type { Http } from '../http.ts'
import type { BrowserJar } from '../jar.ts'
import type { Pair } from '../known-fields.ts'
import { csrfHeaders } from '../login/json.ts'
import { visit } from '../navigate.ts'
import { readUrl } from '../target.ts'

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

/** What the page with the form adds to what the user typed. */
export interface OwnForm {
  readonly page: URL
  readonly hidden: readonly Pair[]
  readonly multipart: boolean
  /** `<meta name=csrf-token>`, which the page's script sends along. */
  readonly meta: Page['csrf']
}

/** Opens the page with the form as this browser sees it. */
export async function openForm(
  http: Http,
  jar: BrowserJar,
  { form: url, action }: Places,
  fields: ActionFields,
): Promise<OwnForm> {
  const { final, page } = await visit(http, { url, phase: 'signed-in', jar })
  const form = formFor(page, action, Object.keys(fields))
  const hidden = (form?.fields ?? [])
    .filter(({ type, name, disabled }) => type === 'hidden' && name !== '' && !disabled)
    .map(({ name, value }): Pair => [name, value])
  for (const [name, value] of hidden) http.secrets.add(name, value)
  if (page.csrf) http.secrets.add(page.csrf.param, page.csrf.token)
  return { page: final.url, hidden, multipart: form?.enctype === 'multipart/form-data', meta: page.csrf }
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
  { method = 'POST', format = 'form' }: ReversibleAction,
  places: Places,
  values: ActionFields,
): Promise<number | null> {
  const form = await openForm(http, jar, places, values)
  const json = format === 'json'
  const typed = Object.entries(values)
  const hidden = json ? [] : form.hidden.filter(([name]) => !Object.hasOwn(values, name))
  const meta = !json && hidden.length === 0 && form.meta ? [[form.meta.param, form.meta.token] as const] : []
  const fields: readonly Pair[] = [...hidden, ...meta, ...typed]
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

/** The address with these fields in its query, in place of its own of the same names. */
export function withFields(address: URL, fields: readonly Pair[]): URL {
  const url = new URL(address.href)
  for (const [name] of fields) url.searchParams.delete(name)
  for (const [name, value] of fields) url.searchParams.append(name, value)
  return url
}
