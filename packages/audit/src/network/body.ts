import { randomBytes } from 'node:crypto'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'

/**
 * What a request carries: form fields in order, or the members of a JSON object. `text` is such an object as a form
 * of another site can send it: as text/plain, in the name and the value of one field.
 */
export interface RequestBody {
  readonly type: 'urlencoded' | 'multipart' | 'json' | 'text'
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** Where somebody else has written it, it is sent as it is; the fields then only show it. */
  readonly written?: { readonly contentType: string; readonly text: string }
}

/** Bytes of one answer that are read at most; the rest is left on the wire. */
export const BODY_LIMIT = 2 * 1024 * 1024

export function encodeBody(body: RequestBody): { readonly contentType: string; readonly text: string } {
  if (body.written) return body.written
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

/** Reads at most {@link BODY_LIMIT} bytes. */
export async function readLimited(stream: AsyncIterable<Buffer> & { destroy(): unknown }): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= BODY_LIMIT) {
      stream.destroy()
      break
    }
  }
  return Buffer.concat(chunks).subarray(0, BODY_LIMIT)
}

/** Text of an answer. Compression is never asked for, but some servers compress regardless. */
export function decodeBody(bytes: Buffer, encoding: string, contentType: string): string {
  const plain = decompress(bytes, encoding.trim().toLowerCase())
  const charset = /charset=["']?([\w-]+)/i.exec(contentType)?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(charset).decode(plain)
  } catch {
    return new TextDecoder().decode(plain)
  }
}

function decompress(bytes: Buffer, encoding: string): Buffer {
  const options = { maxOutputLength: BODY_LIMIT }
  try {
    if (encoding === 'gzip' || encoding === 'x-gzip') return gunzipSync(bytes, options)
    if (encoding === 'deflate') return inflateSync(bytes, options)
    if (encoding === 'br') return brotliDecompressSync(bytes, options)
  } catch {
    return Buffer.alloc(0)
  }
  return bytes
}
