import { AuditError } from './errors.ts'

/** How credentials are sent: by the page's form, or as a script would send them. */
export type LoginFormat = 'form' | 'urlencoded' | 'json' | 'jsonrpc'

export const LOGIN_FORMATS: readonly LoginFormat[] = ['form', 'urlencoded', 'json', 'jsonrpc']

/** Whether the user named the address that takes the credentials, and no form is looked for. */
export function isByScript(format: LoginFormat | undefined): boolean {
  return format !== undefined && format !== 'form'
}

const PLACE = /\{\{\s*([^{}]*?)\s*\}\}/g
const KNOWN: readonly string[] = ['username', 'password', 'token', 'totp']

/** Throws AuditError `usage` for a body that cannot be what was meant. */
export function checkLoginBody(
  format: LoginFormat | undefined,
  body: string | undefined,
  fields: Readonly<Record<string, string>> = {},
): void {
  if (body === undefined) {
    if (format !== 'jsonrpc') return
    throw new AuditError(
      'usage',
      '--login-format jsonrpc needs --login-body, as only the site knows the method: {"method":"login","params":["{{username}}","{{password}}"],"id":1}',
    )
  }
  if (!isByScript(format)) {
    throw new AuditError(
      'usage',
      '--login-body is for --login-format json, jsonrpc or urlencoded; give that too',
    )
  }
  if (format !== 'urlencoded') parse(body)
  const places = placesOf(body)
  if (!places.includes('password')) {
    throw new AuditError('usage', '--login-body must have {{password}} where the password goes')
  }
  const unknown = places.find((name) => !KNOWN.includes(name) && !Object.hasOwn(fields, name))
  if (unknown !== undefined) {
    throw new AuditError(
      'usage',
      `--login-body has {{${unknown}}}; there are ${KNOWN.map((name) => `{{${name}}}`).join(', ')} and the names of --field`,
    )
  }
}

/** The names of a body's places. */
export function placesOf(body: string): string[] {
  return [...body.matchAll(PLACE)].map(([, name = '']) => name)
}

/** Whether a body has a place of this name. */
export function hasPlace(body: string | undefined, name: string): boolean {
  return placesOf(body ?? '').includes(name)
}

/** Texts by the names of their places; a place without one becomes empty. */
export type Texts = Readonly<Record<string, string>>

/** A JSON body with its places filled, which cannot break out of the text that they stand in. */
export function fillJson(body: string, texts: Texts): unknown {
  const filled = (value: unknown): unknown => {
    if (typeof value === 'string') return fill(value, texts)
    if (Array.isArray(value)) return value.map(filled)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, filled(member)]))
  }
  return filled(parse(body))
}

/** The fields of a body as forms send it, with its places filled. */
export function fillUrlencoded(body: string, texts: Texts): [name: string, value: string][] {
  return fillFields([...new URLSearchParams(body)], texts)
}

export function fillFields(
  fields: readonly (readonly [name: string, value: string])[],
  texts: Texts,
): [name: string, value: string][] {
  return fields.map(([name, value]) => [name, fill(value, texts)])
}

function fill(text: string, texts: Texts): string {
  return text.replace(PLACE, (_, name: string) => (Object.hasOwn(texts, name) ? (texts[name] ?? '') : ''))
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw new AuditError(
      'usage',
      '--login-body is no JSON; places such as "{{password}}" stand within quotation marks',
    )
  }
}
