import { type Algorithm, algorithms } from './algorithms.ts'
import { type ImportedJwk, importJwk, type Jwk } from './jwk.ts'

/**
 * - `next`: published, so that verifiers know it when it begins to sign.
 * - `current`: signs.
 * - `retired`: signs no more, and verifies until its last token is gone (`until`).
 */
export type KeyState = 'next' | 'current' | 'retired'

export const keyStates = ['current', 'next', 'retired'] as const satisfies readonly KeyState[]

/** A JWK with its place in a rotation. */
export interface ManagedJwk extends Jwk {
  readonly state?: KeyState
  /** When it was made or got its state, in seconds since the epoch. */
  readonly since?: number
  /** Of a retired key: when the last token that it signed has expired, in seconds since the epoch. */
  readonly until?: number
}

/** What `latchkey-keys` writes: a JWK set (RFC 7517 section 5) of which each key says its state. */
export interface KeyDocument {
  readonly keys: readonly ManagedJwk[]
  /** How long a token that these keys sign lives at most, in seconds. Default 300. */
  readonly lifetime?: number
}

/** A key of a set, ready for use. */
export interface Key extends ImportedJwk {
  state: KeyState
  /** Milliseconds since the epoch at which it ends; -Infinity once it is in its set no more. */
  until: number
}

export interface KeySet {
  readonly keys: readonly Key[]
  /** Seconds. */
  readonly lifetime: number
}

const defaultLifetime = 300
const longestLifetime = 86_400

/** @throws Error that says which key cannot be, without a part of it */
export function readKeySet(document: unknown): KeySet {
  const { keys: jwks, lifetime = defaultLifetime } = asDocument(document)
  if (!Number.isInteger(lifetime) || lifetime < 1 || lifetime > longestLifetime)
    throw new Error(`lifetime is no whole number of seconds from 1 to ${longestLifetime}`)
  const keys = jwks.map((jwk, index) => {
    try {
      return toKey(jwk)
    } catch (error) {
      throw new Error(`keys[${index}]: ${(error as Error).message}`, { cause: error })
    }
  })
  if (keys.length === 0) throw new Error('there is no key in it')
  const twice = keys.find(({ kid }, at) => keys.some((other, place) => place < at && other.kid === kid))
  if (twice) throw new Error(`two keys have the kid ${JSON.stringify(twice.kid)}`)
  for (const algorithm of algorithms) {
    const signing = keys.filter((key) => key.signs && key.state === 'current' && key.algorithm === algorithm)
    if (signing.length > 1) throw new Error(`${signing.length} keys for ${algorithm} are current; one can be`)
  }
  return { keys, lifetime }
}

/**
 * The keys of a set that was fetched. What is odd, not for signatures or not public is left out, each by itself, or one
 * new kind of key would lock everybody out.
 */
export function readPublishedKeys(document: unknown): KeySet {
  const keys = new Map<string, Key>()
  for (const jwk of asDocument(document).keys) {
    try {
      const { state: _, until: __, d: ___, ...published } = jwk
      const key = toKey(published as ManagedJwk)
      if (key.published && !keys.has(key.kid)) keys.set(key.kid, key)
    } catch {}
  }
  return { keys: [...keys.values()], lifetime: defaultLifetime }
}

/**
 * The new set with the key objects of the one before where they are the same keys: what was verified with a key goes on
 * for as long as the key does, and ends with it.
 */
export function succeeded(before: KeySet | null, after: KeySet): KeySet {
  if (!before) return after
  const kept = new Set<Key>()
  const keys = after.keys.map((key) => {
    const known = before.keys.find((each) => isSame(each, key))
    if (!known) return key
    kept.add(known)
    known.state = key.state
    known.until = key.until
    return known
  })
  for (const key of before.keys) if (!kept.has(key)) key.until = Number.NEGATIVE_INFINITY
  return { ...after, keys }
}

/** The key that signs for an algorithm; null where there is none. */
export function signingKey({ keys }: KeySet, algorithm: Algorithm): Key | null {
  return keys.find((key) => key.state === 'current' && key.signs && key.algorithm === algorithm) ?? null
}

function isSame(left: Key, right: Key): boolean {
  const { kid, thumbprint, algorithm } = right
  const isAsAble = (left.signs === null) === (right.signs === null)
  return left.kid === kid && left.thumbprint === thumbprint && left.algorithm === algorithm && isAsAble
}

function toKey(jwk: ManagedJwk): Key {
  if (typeof jwk !== 'object' || jwk === null) throw new Error('it is no object')
  const { state = 'current', until } = jwk
  if (!keyStates.includes(state)) throw new Error(`its state is none of ${keyStates.join(', ')}`)
  if (state === 'retired' && !Number.isFinite(until)) throw new Error('it is retired, and has no until')
  const end = state === 'retired' && until !== undefined ? until * 1000 : Number.POSITIVE_INFINITY
  return { ...importJwk(jwk), state, until: end }
}

function asDocument(document: unknown): KeyDocument {
  const isDocument = typeof document === 'object' && document !== null && 'keys' in document
  if (isDocument && Array.isArray(document.keys)) return document as KeyDocument
  if (typeof document === 'string') throw new Error("it is a text. Write keysFromFile('keys.json')")
  throw new Error('it is no JWK set, which is an object with an array of keys')
}
