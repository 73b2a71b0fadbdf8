import type { Policy } from '../policies/policy.ts'
import type { SessionRecord } from '../store.ts'
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
 * - `replaced`: one of before, which may still come from an honest browser: refused, and nothing else
 * - `reused`: one of before, which only a copy can bring by now: somebody has kept one
 * - `unknown`: never one of this record's family, as far as anyone can tell
 */
export type Presented = 'current' | 'previous' | 'replaced' | 'reused' | 'unknown'

/** When a secret is looked at, and when its request came: it says nothing of what was used after that. */
interface Moment {
  readonly now: number
  readonly arrivedAt: number
}

export function recognise(
  record: SessionRecord,
  token: Token,
  text: string,
  policy: Policy,
  { now, arrivedAt }: Moment,
): Presented {
  if (isSecretOf(token, record.secretHash)) return 'current'
  const { previous } = record
  if (previous && isSecretOf(token, previous.hash)) {
    const { confirmedAt } = previous
    if (confirmedAt === null || now < confirmedAt + policy.renewalOverlap) return 'previous'
    return replacedSince(confirmedAt, record, policy, arrivedAt)
  }
  if (!isFormerSecretOf(text, record.secretHash)) return 'unknown'
  // Two or more generations old: its successor was in use for an interval before the secret of now was made.
  const { renewalInterval } = policy
  const inUseBefore = Number.isFinite(renewalInterval) ? renewalInterval : 0
  return replacedSince(record.renewedAt - inUseBefore, record, policy, arrivedAt)
}

/**
 * Refuse first, accuse later (decisions/0025). A request may have been under way for long, and a browser that crashed
 * comes back with the cookies of before: it then used the successor for seconds, however long ago. Only where the
 * successor was in use for the whole tolerance can its browser have nothing older to send.
 */
function replacedSince(
  firstUse: number,
  record: SessionRecord,
  { reuseTolerance }: Policy,
  arrivedAt: number,
): 'replaced' | 'reused' {
  const lastUse = Math.min(arrivedAt, Math.max(record.lastSeenAt, record.renewedAt))
  return lastUse - firstUse > reuseTolerance ? 'reused' : 'replaced'
}

/** A change that the arrival of a secret makes to its record, and the token that goes into the answer's cookie. */
export interface Renewal {
  readonly fields: Partial<Pick<SessionRecord, 'secretHash' | 'previous' | 'renewedAt'>>
  readonly token: MintedToken | null
}

/** What the arrival of the current secret calls for; null for nothing, as nearly always. */
export function renewalOf(record: SessionRecord, text: string, policy: Policy, now: number): Renewal | null {
  const { previous } = record
  if (previous?.confirmedAt === null && policy.renewalInterval > 0) {
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
