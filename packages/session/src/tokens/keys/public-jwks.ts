import type { Jwk } from './jwk.ts'
import { type Key, type KeySet, keyStates } from './key-set.ts'
import { mostSkew } from './rotation.ts'

/** What is published: public keys for signatures, and nothing else. */
export interface Jwks {
  readonly keys: readonly Jwk[]
}

// Debian's python-jose takes the first key of a set, so that what is not Ed25519 comes first.
const order: readonly string[] = ['EC', 'RSA', 'OKP']

/** The keys that somebody may need to verify a token now. */
export function publicJwks(set: KeySet, now: number): Jwks {
  const published = set.keys.filter((key) => key.published !== null && now < goneAt(key))
  const sorted = published.toSorted(
    (a, b) =>
      order.indexOf(a.published?.kty ?? '') - order.indexOf(b.published?.kty ?? '') ||
      keyStates.indexOf(a.state) - keyStates.indexOf(b.state),
  )
  return { keys: sorted.flatMap(({ published }) => published ?? []) }
}

/** Seconds for which a copy of the published keys has none that is over; at most `longest`. */
export function freshSeconds({ keys }: KeySet, now: number, longest: number): number {
  const ends = keys.map(goneAt).filter((end) => end > now)
  return Math.max(1, Math.min(longest, ...ends.map((end) => Math.ceil((end - now) / 1000))))
}

function goneAt({ until }: Key): number {
  return until + mostSkew * 1000
}
