import { SessionError } from '../errors.ts'
import { reservedPrefix } from './json.ts'

/**
 * Keys that the application may have in one session. Databases take a moment for each key that they merge or remove:
 * thousands of tiny ones would cost what the bytes do not tell.
 */
export const maxKeys = 1000

/** @throws SessionError `record_too_large` for data of more than {@link maxKeys} keys or `maxBytes` bytes */
export function assertSize(data: Readonly<Record<string, string>>, maxBytes: number): void {
  let [keys, bytes] = [0, 0]
  for (const [key, text] of Object.entries(data)) {
    if (!key.startsWith(reservedPrefix)) keys++
    bytes += Buffer.byteLength(key) + Buffer.byteLength(text)
  }
  if (keys > maxKeys) {
    refuse(`would have ${keys} keys, and ${maxKeys} is the most`, 'Keep a list or an object under one key.')
  }
  if (bytes > maxBytes) {
    const advice = 'Keep large values in a database and their id in the session.'
    refuse(`would take ${bytes} bytes, over maxRecordBytes (${maxBytes})`, advice)
  }
}

function refuse(problem: string, advice: string): never {
  throw new SessionError('record_too_large', `The session's data ${problem}; nothing was stored. ${advice}`)
}
