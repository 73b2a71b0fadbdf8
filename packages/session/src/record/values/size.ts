import { SessionError } from '../../errors.ts'
import { reservedPrefix } from './json.ts'

/**
 * Keys that the application may have in one session. Databases take a moment for each key that they merge or remove:
 * thousands of tiny ones would cost what the bytes do not tell.
 */
export const maxKeys = 1000

/**
 * A session that is over a limit, which an earlier release or a larger limit has let it come to, may shrink and get new
 * secrets: only what grows beyond one is refused.
 * @param before the data that is there
 * @throws SessionError `record_too_large` for data of more than {@link maxKeys} keys or `maxBytes` bytes
 */
export function assertSize(data: Data, maxBytes: number, before: Data = {}): void {
  const { keys, bytes } = sizeOf(data)
  if (keys <= maxKeys && bytes <= maxBytes) return
  const known = sizeOf(before)
  if (keys > Math.max(maxKeys, known.keys)) {
    refuse(`would have ${keys} keys, and ${maxKeys} is the most`, 'Keep a list or an object under one key.')
  }
  if (bytes > Math.max(maxBytes, known.bytes)) {
    const advice = 'Keep large values in a database and their id in the session.'
    refuse(`would take ${bytes} bytes, over maxRecordBytes (${maxBytes})`, advice)
  }
}

type Data = Readonly<Record<string, string>>

/** The layer's own keys count by their bytes alone. */
function sizeOf(data: Data): { readonly keys: number; readonly bytes: number } {
  let [keys, bytes] = [0, 0]
  for (const [key, text] of Object.entries(data)) {
    if (!key.startsWith(reservedPrefix)) keys++
    bytes += Buffer.byteLength(key) + Buffer.byteLength(text)
  }
  return { keys, bytes }
}

function refuse(problem: string, advice: string): never {
  throw new SessionError('record_too_large', `The session's data ${problem}; nothing was stored. ${advice}`)
}
