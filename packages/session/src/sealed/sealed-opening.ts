import type { Policy } from '../policies/policy.ts'
import type { SessionContext } from '../request/context.ts'
import type { Renewal } from '../secret/renewal.ts'
import type { SessionRecord } from '../store.ts'
import { Seal } from './sealed.ts'
import { formerWraps, isSealed, type Rewrap, rewrap, unwrapSeal } from './sealed-record.ts'

const overlapsUntilForgotten = 6

/**
 * How the use of a session changes its wrapped keys, in the step that writes the use: a renewal wraps for both secrets,
 * and a later use drops what the former one could unwrap. Null when the key is broken.
 */
export function wrapsAfter(
  context: SessionContext,
  record: SessionRecord,
  token: string,
  renewal: Renewal | null,
): Rewrap | null {
  if (renewal?.token) {
    const secrets = { next: renewal.token.text, former: token }
    if (!isSealed(record)) return rewrap(record, context.sealed ? Seal.mint(record.sid) : null, secrets)
    const seal = unwrapSeal(record, token)
    return seal && rewrap(record, seal, secrets)
  }
  const unset = isFormerOver(record, context.policies.of(record), context.now()) ? formerWraps(record) : []
  return { change: unset.length > 0 ? { unset } : {}, guard: {} }
}

/** Some overlaps late: a server whose clock is behind may let the former secret in until then. */
function isFormerOver({ previous }: SessionRecord, { renewalOverlap }: Policy, now: number): boolean {
  if (previous === null) return true
  return (
    previous.confirmedAt !== null && now >= previous.confirmedAt + overlapsUntilForgotten * renewalOverlap
  )
}
