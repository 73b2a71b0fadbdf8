import { looksRandom } from '../../network/redaction/secrets.ts'

/** A field of a form or a parameter of an address. */
export type Pair = readonly [name: string, value: string]

const TOKENS =
  /csrf|xsrf|token|nonce|authenticity|verif|viewstate|eventvalidation|signature|secret|ticket|(?:^|[_-])(?:key|hash|sig|sesskey)$/i

/**
 * The fields that somebody with an account of their own knows of everybody's page: those that two sessions have
 * in common and that neither by name nor by look are a token. One user's sessions can share what another user's
 * do not, so a field that might be a token is never taken as known.
 */
export function knownToAnyone(mine: readonly Pair[], theirs: readonly Pair[]): readonly Pair[] {
  return mine.filter(
    ([name, value]) => !mayBeToken([name, value]) && theirs.some(([n, v]) => n === name && v === value),
  )
}

/** By name or by look. */
export function mayBeToken([name, value]: Pair): boolean {
  return TOKENS.test(name) || looksRandom(value)
}
