import { randomBytes } from 'node:crypto'
import { encodeText, urlencoded, withLineEnds } from './text/charset.ts'

/**
 * What a request carries: form fields in order, or the members of a JSON object. `text` is such an object as a form
 * of another site can send it: as text/plain, in the name and the value of one field.
 */
export interface RequestBody {
  readonly type: 'urlencoded' | 'multipart' | 'json' | 'text'
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** Where somebody else has written it, it is sent as it is; the fields then only show it. */
  readonly written?: { readonly contentType: string; readonly text: string }
  /** What a form is encoded in; UTF-8 when it is not there. */
  readonly charset?: string
}

export function encodeBody(body: RequestBody): { readonly contentType: string; readonly bytes: Buffer } {
  const { type, fields, charset = 'UTF-8', written } = body
  if (written) return { contentType: written.contentType, bytes: Buffer.from(written.text) }
  if (type === 'json') {
    return { contentType: 'application/json', bytes: Buffer.from(JSON.stringify(Object.fromEntries(fields))) }
  }
  if (type === 'text') return { contentType: 'text/plain', bytes: Buffer.from(jsonInPlainText(fields)) }
  if (type === 'urlencoded') {
    const bytes = Buffer.from(urlencoded(fields, charset))
    return { contentType: 'application/x-www-form-urlencoded', bytes }
  }
  const boundary = `----latchkey${randomBytes(12).toString('hex')}`
  const quoted = (name: string) =>
    withLineEnds(name).replace(/["\r\n]/g, (found) => encodeURIComponent(found))
  const parts = fields.map(
    ([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"\r\n\r\n${withLineEnds(value)}\r\n`,
  )
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    bytes: encodeText(`${parts.join('')}--${boundary}--\r\n`, charset),
  }
}

/** A form writes `name=value` and a line end; the last member takes the equals sign up (HTML, 4.10.22.8). */
export function jsonInPlainText(fields: RequestBody['fields']): string {
  const start = JSON.stringify(Object.fromEntries(fields)).slice(0, -1)
  return `${start}${fields.length > 0 ? ',' : ''}"_":"="}\r\n`
}
