import { isUtf8 } from 'node:buffer'

/** Bytes of a header, which stand for themselves, as the text they are where they are UTF-8 (Fetch: location URL). */
export function asUtf8(header: string): string {
  const bytes = Buffer.from(header, 'latin1')
  return bytes.toString('latin1') === header && isUtf8(bytes) ? bytes.toString() : header
}
