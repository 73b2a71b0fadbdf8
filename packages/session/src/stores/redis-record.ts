import type { MutableFields, PreviousSecret, SessionRecord } from '../store.ts'

/**
 * A record as the fields of a hash, few and short, because the cost of a read grows with their number:
 * - `h` hash of the secret, `u` user, `p` previous secret, `y` policy; left out for null and the default policy
 * - `t` the times and rev, `created authenticated seen renewed expires rev`: times in base 36, `-` for null
 * - `d:<key>` each data key
 *
 * Each is at most 64 bytes, so that Redis keeps the hash as a compact listpack unless the data is larger.
 */
export const defaultPolicy = 'default'

/** The names and values of a new record, one after the other. */
export function encodeRecord(record: SessionRecord): string[] {
  const pairs = ['h', record.secretHash, 't', encodeTimes(record)]
  const { set } = encodeFields({
    userId: record.userId,
    previous: record.previous,
    policy: record.policy,
  })
  pairs.push(...set)
  for (const [key, text] of Object.entries(record.data)) pairs.push(`d:${key}`, text)
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

/** @param reply of HGETALL: pairs one after the other, a Map or an object, as the client and its protocol have it */
export function decodeRecord(sid: string, reply: unknown): SessionRecord | null {
  const pairs = Array.isArray(reply) ? reply : flatten(reply)
  let userId: string | null = null
  let secretHash: string | null = null
  let times: string | null = null
  let previous: PreviousSecret | null = null
  let policy = defaultPolicy
  const data: Record<string, string> = {}
  for (let index = 0; index < pairs.length; index += 2) {
    const name: string = pairs[index]
    const value: string = pairs[index + 1]
    if (name.length > 1) putData(data, name.slice(2), value)
    else if (name === 'h') secretHash = value
    else if (name === 't') times = value
    else if (name === 'u') userId = value
    else if (name === 'p') previous = decodePrevious(value)
    else if (name === 'y') policy = value
  }
  if (secretHash === null || times === null) return null
  const [created = '', authenticated = '', seen = '', renewed = '', expires = '', rev] = times.split(' ')
  return {
    sid,
    userId,
    secretHash,
    previous,
    policy,
    createdAt: Number.parseInt(created, 36),
    authenticatedAt: authenticated === '-' ? null : Number.parseInt(authenticated, 36),
    lastSeenAt: Number.parseInt(seen, 36),
    renewedAt: Number.parseInt(renewed, 36),
    expiresAt: Number.parseInt(expires, 36),
    rev: Number(rev),
    data,
  }
}

function encodeTimes(record: SessionRecord): string {
  const { createdAt, authenticatedAt, lastSeenAt, renewedAt, expiresAt, rev } = record
  const times = [createdAt, authenticatedAt, lastSeenAt, renewedAt, expiresAt]
  return `${times.map(encodeTime).join(' ')} ${rev}`
}

// The nonce is there only until the next secret was used; with its 16 characters the field is at most 64 bytes.
function encodePrevious({ hash, confirmedAt, nonce }: PreviousSecret): string {
  return `${encodeTime(confirmedAt)} ${hash}${nonce === null ? '' : ` ${nonce}`}`
}

function decodePrevious(text: string): PreviousSecret {
  const [confirmed = '', hash = '', nonce = null] = text.split(' ')
  return { hash, confirmedAt: confirmed === '-' ? null : Number.parseInt(confirmed, 36), nonce }
}

// Assigning would change the object's prototype instead of storing a value.
function putData(data: Record<string, string>, key: string, value: string): void {
  if (key !== '__proto__') data[key] = value
  else Object.defineProperty(data, key, { value, enumerable: true, configurable: true, writable: true })
}

function flatten(reply: unknown): string[] {
  if (reply instanceof Map) return [...reply].flat()
  return typeof reply === 'object' && reply !== null ? Object.entries(reply).flat() : []
}
