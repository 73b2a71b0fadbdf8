import type { Key } from '../keys/key-set.ts'
import type { VerifiedToken } from './verified-token.ts'

/** A token that was verified before. */
export interface Seen<Claims extends object> {
  readonly token: VerifiedToken<Claims>
  readonly key: Key
  /** Milliseconds since the epoch: at the earliest, and before which time at the latest. */
  readonly from: number
  readonly until: number
  /** What `Revocations` called its state when the token was last found alive. */
  generation: number | null
}

/** Tokens that were verified, by their text, which has one spelling only. Bounded: who sends many makes no more stay. */
export interface SeenTokens<Claims extends object> {
  get(text: string): Seen<Claims> | undefined
  set(text: string, seen: Seen<Claims>): void
  delete(text: string): void
  /** At most, by what tokens take. */
  readonly bytes: number
}

// Measured on Node 24 (bench/tokens/seen-memory.ts), bytes of heap an entry: 1291 for 564 characters with ten claims, 2261 for
// 1357 with forty, 12204 for 6824 that are one text. So about twice of that is counted; less than half of it where an issuer
// writes a thousand empty lists into a token.
const bytesPerEntry = 700
const bytesPerCharacter = 4

/**
 * Two generations: what is used comes into the young one, and when that is full it is the old one, whose entries go.
 * @param mostBytes 0 keeps none
 */
export function createSeenTokens<Claims extends object>(mostBytes: number): SeenTokens<Claims> {
  let young = new Map<string, Seen<Claims>>()
  let old = new Map<string, Seen<Claims>>()
  let [youngBytes, oldBytes] = [0, 0]

  function set(text: string, seen: Seen<Claims>): void {
    const bytes = bytesOf(text)
    if (bytes > mostBytes / 2) return
    if (youngBytes + bytes > mostBytes / 2) {
      old = young
      oldBytes = youngBytes
      young = new Map()
      youngBytes = 0
    }
    if (!young.has(text)) youngBytes += bytes
    young.set(text, seen)
  }

  return {
    get(text) {
      const recent = young.get(text)
      if (recent !== undefined || old.size === 0) return recent
      const seen = old.get(text)
      if (seen === undefined) return undefined
      old.delete(text)
      oldBytes -= bytesOf(text)
      set(text, seen)
      return seen
    },
    set,
    delete(text) {
      if (young.delete(text)) youngBytes -= bytesOf(text)
      if (old.delete(text)) oldBytes -= bytesOf(text)
    },
    get bytes() {
      return youngBytes + oldBytes
    },
  }
}

function bytesOf(text: string): number {
  return bytesPerEntry + text.length * bytesPerCharacter
}
