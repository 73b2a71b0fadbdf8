import { SessionError } from '../../errors.ts'
import type { MutableFields, PreviousSecret, SessionRecord } from '../../store.ts'
import { withData } from '../data/lazy-data.ts'

/**
 * A record as the fields of a hash, few and short, because the cost of a read grows with their number:
 * - `h` hash of the secret, `u` user, `p` previous secret, `y` policy; left out for null and the default policy
 * - `t` the times and rev, `created authenticated seen renewed expires rev`: times in base 36, `-` for null
 * - `d` the data, one JSON object of texts, merged by the server; left out when there is none
 *
 * All but the data are at most 64 bytes, so that Redis keeps a hash without data as a compact listpack.
 */
export const defaultPolicy = 'default'

/** What is read of a record, in the order that `decodeRecord` expects. */
export const readFields = ['h', 't', 'u', 'p', 'y', 'd'] as const

/** The names and values of a new record, one after the other. */
export function encodeRecord(record: SessionRecord): string[] {
  const pairs = ['h', record.secretHash, 't', encodeTimes(record)]
  const { set } = encodeFields({
    userId: record.userId,
    previous: record.previous,
    policy: record.policy,
  })
  pairs.push(...set)
  const data = JSON.stringify(record.data)
  if (data !== '{}') pairs.push('d', data)
  return pairs
}

/** The fields of a patch that are not times: what to set, one after the other, and what to remove. */
export function encodeFields(fields: Partial<MutableFields>): { set: string[]; unset: string[] } {
  const set: string[] = []
  const unset: string[] = []
  const put = (name: string, value: string | null | undefined) => {
    if (value === null) unset.push(name)
    else if (value !== undefined) set.push(name, value)
  }
  put('h', fields.secretHash)
  put('u', fields.userId)
  put('p', fields.previous && encodePrevious(fields.previous))
  put('y', fields.policy === defaultPolicy ? null : fields.policy)
  return { set, unset }
}

export function encodeTime(time: number | null): string {
  // Rounded down: a session may end a fraction of a millisecond early, never late.
  return time === null ? '-' : Math.floor(time).toString(36)
}

/**
 * @param reply of HMGET with `readFields`, nulls for what the hash has not
 * @throws SessionError `store_unavailable` for what the client has made something else of
 */
export function decodeRecord(sid: string, reply: unknown): SessionRecord | null {
  const [secretHash, times, userId, previous, policy, data] = reply as (string | null)[]
  if (secretHash === null || times === null) return null
  if (typeof secretHash !== 'string' || typeof times !== 'string') throw misread()
  const [createdAt = 0, authenticatedAt = 0, lastSeenAt = 0, renewedAt = 0, expiresAt = 0, rev = 0] =
    decodeTimes(times)
  const fields = {
    sid,
    userId: userId ?? null,
    secretHash,
    previous: previous ? decodePrevious(previous) : null,
    policy: policy ?? defaultPolicy,
    createdAt,
    authenticatedAt: authenticatedAt < 0 ? null : authenticatedAt,
    lastSeenAt,
    renewedAt,
    expiresAt,
    rev,
  }
  return withData(fields, data || '{}')
}

// How the client is set up is no fault of a session: taken for none, it would be one that nobody finds.
function misread(): SessionError {
  return new SessionError(
    'store_unavailable',
    'The Redis client gives something else than text for HMGET, so no session can be read. Leave its replies as they are.',
  )
}

function encodeTimes(record: SessionRecord): string {
  const { createdAt, authenticatedAt, lastSeenAt, renewedAt, expiresAt, rev } = record
  const times = [createdAt, authenticatedAt, lastSeenAt, renewedAt, expiresAt]
  return `${times.map(encodeTime).join(' ')} ${rev}`
}

const space = 32
const minus = 45
const nine = 57
const revAt = 5

// One pass: to split the text and to parse its parts would take a read longer than all the rest of decoding.
function decodeTimes(text: string): number[] {
  const numbers = [0, 0, 0, 0, 0, 0]
  let which = 0
  let number = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === space) {
      numbers[which++] = number
      number = 0
    } else if (code === minus) number = -1
    else number = number * (which === revAt ? 10 : 36) + (code <= nine ? code - 48 : code - 87)
  }
  numbers[which] = number
  return numbers
}

// The nonce is there only until the next secret was used; with its 16 characters the field is at most 64 bytes.
function encodePrevious({ hash, confirmedAt, nonce }: PreviousSecret): string {
  return `${encodeTime(confirmedAt)} ${hash}${nonce === null ? '' : ` ${nonce}`}`
}

function decodePrevious(text: string): PreviousSecret {
  const [confirmed = '', hash = '', nonce = null] = text.split(' ')
  return { hash, confirmedAt: confirmed === '-' ? null : Number.parseInt(confirmed, 36), nonce }
}
