import { createHmac, timingSafeEqual } from 'node:crypto'
import { parseJson } from '../../network/json.ts'
import { looksRandom } from '../../network/redaction/secrets.ts'
import { describeValue } from '../value.ts'

/** A cookie as it was given. */
export interface GivenCookie {
  readonly name: string
  /** As it was sent. */
  readonly raw: string
  /** Without percent-encoding and quotes. */
  readonly value: string
  /** Another cookie of the same answer. */
  readonly beside: (name: string) => string | undefined
}

/** What a cookie with a signature is, and which secrets would have made it. */
export interface SignedValue {
  readonly format: string
  readonly holds: 'id' | 'data'
  /** Something in the data looks random, or the data cannot be read. */
  readonly looksUp: boolean
  readonly ways: readonly Way[]
}

/** One way in which a framework makes a key of a secret. */
export interface Way {
  readonly as: string
  readonly fits: (secret: string) => boolean
}

export type Reader = (cookie: GivenCookie) => SignedValue | null

/** The least that NIST SP 800-63B-4, 5.1 lets an ID have; shorter ones are data, such as a user's number. */
const LEAST_BITS = 64

/** What a signature covers: an ID that nobody can guess, or data. */
export function contentOf(text: string): Pick<SignedValue, 'holds' | 'looksUp'> {
  const { selfContained, id, bitsPerCharacter, fixedBits } = describeValue(text)
  const random =
    !selfContained && looksRandom(id) && (fixedBits ?? id.length * bitsPerCharacter) >= LEAST_BITS
  return random ? { holds: 'id', looksUp: true } : { holds: 'data', looksUp: looksUp(text) }
}

/** Data of which something may be looked up, because it looks random or cannot be read. */
export function dataOf(json: string): Pick<SignedValue, 'holds' | 'looksUp'> {
  return { holds: 'data', looksUp: looksUp(json) }
}

function looksUp(text: string): boolean {
  const data = parseJson(text) ?? parseJson(Buffer.from(text, 'base64').toString())
  if (data === undefined) return text.length > 20
  return stringsIn(data).some(looksRandom)
}

function stringsIn(data: unknown): string[] {
  if (typeof data === 'string') return [data]
  return typeof data === 'object' && data !== null ? Object.values(data).flatMap(stringsIn) : []
}

export function hmac(hash: string, key: string | Buffer, text: string): Buffer {
  return createHmac(hash, key).update(text).digest()
}

export function sameBytes(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
