import { randomBytes } from 'node:crypto'

/**
 * What a request carries: form fields in order, or the members of a JSON object. `text` is such an object as a form
 * of another site can send it: as text/plain, in the name and the value of one field.
 */
export interface RequestBody {
  readonly type: 'urlencoded' | 'multipart' | 'json' | 'text'
  readonly fields: readonly (readonly [name: string, value: string])[]
}

export function encodeBody(body: RequestBody): { readonly contentType: string; readonly text: string } {
  if (body.type === 'json') {
    return { contentType: 'application/json', text: JSON.stringify(Object.fromEntries(body.fields)) }
  }
  if (body.type === 'text') return { contentType: 'text/plain', text: jsonInPlainText(body.fields) }
  if (body.type === 'urlencoded') {
    const text = new URLSearchParams(body.fields.map(([name, value]) => [name, value])).toString()
    return { contentType: 'application/x-www-form-urlencoded', text }
  }
  const boundary = `----latchkey${randomBytes(12).toString('hex')}`
  const quoted = (name: string) => name.replace(/["\r\n]/g, (found) => encodeURIComponent(found))
  const parts = body.fields.map(
    ([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`,
  )
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    text: `${parts.join('')}--${boundary}--\r\n`,
  }
}

/** A form writes `name=value` and a line end; the last member takes the equals sign up (HTML, 4.10.22.8). */
export function jsonInPlainText(fields: RequestBody['fields']): string {
  const start = JSON.stringify(Object.fromEntries(fields)).slice(0, -1)
  return `${start}${fields.length > 0 ? ',' : ''}"_":"="}\r\n`
}
