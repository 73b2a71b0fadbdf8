import type { RequestBody } from '../network/body.ts'
import { AuditError } from './errors.ts'
import { fillFields, fillJson, placesOf, type Texts } from './login-body.ts'
import { readUrl } from './url.ts'

/** A request that the user names. */
export interface NamedRequest {
  readonly method: string
  readonly url: URL
  readonly body: RequestBody | null
}

const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Reads `POST /path` and what may follow it: JSON, or a form's `name=value&other=value`. Throws `usage`. */
export function readRequest(text: string, option: string, base: URL): NamedRequest {
  const [, method = '', address = '', rest = ''] = /^\s*([A-Za-z]+)\s+(\S+)\s*([\s\S]*?)\s*$/.exec(text) ?? []
  if (!METHODS.includes(method.toUpperCase())) {
    throw new AuditError(
      'usage',
      `${option} must be a method and an address, such as "POST /api/session", and a body if there is one`,
    )
  }
  const url = readUrl(address, option, base)
  if (rest !== '' && method.toUpperCase() === 'GET') {
    throw new AuditError('usage', `${option} is by GET, which has no body`)
  }
  return { method: method.toUpperCase(), url, body: rest === '' ? null : readBody(rest, option) }
}

function readBody(text: string, option: string): RequestBody {
  if (!/^[[{]/.test(text)) return { type: 'urlencoded', fields: [...new URLSearchParams(text)] }
  try {
    const written = { contentType: 'application/json', text: JSON.stringify(JSON.parse(text)) }
    return { type: 'json', fields: [], written }
  } catch {
    throw new AuditError('usage', `the body of ${option} starts like JSON and is none`)
  }
}

/** Every text in the body, so that it can be kept out of what is written. */
export function textsOf({ body }: NamedRequest): (readonly [name: string, value: string])[] {
  if (body?.written === undefined) return [...(body?.fields ?? [])]
  const found: [string, string][] = []
  JSON.parse(body.written.text, (name, value: unknown) => {
    if (typeof value === 'string') found.push([name === '' ? 'body' : name, value])
    return value
  })
  return found
}

/** What of a login's answer a logout may send: `{{access_token}}` and `{{refresh_token}}` (RFC 7009). */
const TOKENS: readonly string[] = ['access_token', 'refresh_token']

/** Throws AuditError `usage` for a place that nothing fills. */
export function checkPlaces({ body }: NamedRequest, option: string): void {
  const unknown = placesIn(body).find((name) => !TOKENS.includes(name))
  if (unknown === undefined) return
  const known = TOKENS.map((name) => `{{${name}}}`).join(' and ')
  throw new AuditError('usage', `${option} has {{${unknown}}}; there are ${known}, of the login's answer`)
}

/** The body with its places filled; null where a login gave nothing for one of them. */
export function fillBody(body: RequestBody, texts: Texts): RequestBody | null {
  if (placesIn(body).some((name) => !Object.hasOwn(texts, name))) return null
  const { fields, written } = body
  if (written === undefined) return { ...body, fields: fillFields(fields, texts) }
  return { ...body, written: { ...written, text: JSON.stringify(fillJson(written.text, texts)) } }
}

function placesIn(body: RequestBody | null): string[] {
  return [...(body?.fields ?? []).map(([, value]) => value), body?.written?.text ?? ''].flatMap(placesOf)
}
