import type { Policy } from '../policies/policy.ts'
import type { PreviousSecret, SessionRecord } from '../store.ts'
import {
  isFormerSecretOf,
  isSecretOf,
  type MintedToken,
  mintNonce,
  ownHash,
  renewToken,
  type Token,
} from './token.ts'

/**
 * What a presented secret is to a record:
 * - `current`: the one of now
 * - `previous`: the one before, while its successor was not used yet or was first used moments ago
 * - `reused`: one of before, after its successor was in use: somebody has kept a copy
 * - `unknown`: never one of this record's, as far as anyone can tell
 */
export type Presented = 'current' | 'previous' | 'reused' | 'unknown'

export function recognise(
  record: SessionRecord,
  token: Token,
  text: string,
  policy: Policy,
  now: number,
): Presented {
  if (isSecretOf(token, record.secretHash)) return 'current'
  const { previous } = record
  if (previous && isSecretOf(token, previous.hash))
    return isStillGood(previous, policy, now) ? 'previous' : 'reused'
  return isFormerSecretOf(text, record.secretHash) ? 'reused' : 'unknown'
}

/** Whether requests that were sent before the browser had the new secret may still arrive. */
function isStillGood({ confirmedAt }: PreviousSecret, { renewalOverlap }: Policy, now: number): boolean {
  return confirmedAt === null || now < confirmedAt + renewalOverlap
}

/** A change that the arrival of a secret makes to its record, and the token that goes into the answer's cookie. */
export interface Renewal {
  readonly fields: Partial<Pick<SessionRecord, 'secretHash' | 'previous' | 'renewedAt'>>
  readonly token: MintedToken | null
}

/** What the arrival of the current secret calls for; null for nothing, as nearly always. */
export function renewalOf(record: SessionRecord, text: string, policy: Policy, now: number): Renewal | null {
  const { previous } = record
  if (previous?.confirmedAt === null) {
    // The browser has the new secret. The nonce goes: with it, a copy of the old one could still make the new one.
    return { fields: { previous: { hash: previous.hash, confirmedAt: now, nonce: null } }, token: null }
  }
  // Counted from the first use of the secret: answers that still bring it may be under way until then, and one that
  // comes after the next renewal would put the browser back.
  if (now - (previous?.confirmedAt ?? record.renewedAt) < policy.renewalInterval) return null
  const nonce = mintNonce()
  const token = renewToken(text, nonce)
  const before = { hash: ownHash(record.secretHash), confirmedAt: null, nonce }
  return { fields: { secretHash: token.secretHash, previous: before, renewedAt: now }, token }
}

/** The token that a browser still has to get which presents the previous secret; null when it has got it. */
export function successorOf(record: SessionRecord, text: string): MintedToken | null {
  const { previous } = record
  return previous?.confirmedAt === null && previous.nonce ? renewToken(text, previous.nonce) : null
}
