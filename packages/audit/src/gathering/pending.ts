import type { EvidenceName } from '../evidence/evidence.ts'
import type { SecondLook } from '../probes/second-look.ts'

/** A step that waits for its second look. */
export interface Pending {
  readonly step: { readonly step: EvidenceName | 'reach'; readonly essential: boolean }
  readonly since: number
  readonly second: SecondLook<void>
}

/** Whether a step may be taken while those wait. */
export function mayGoOn(
  pending: readonly Pick<Pending, 'second'>[],
  next: { readonly meanwhile?: boolean },
): boolean {
  return pending.every(({ second }) => second.meanwhile) && (pending.length === 0 || next.meanwhile === true)
}

/** Milliseconds until all of them are due. */
export function untilDue(pending: readonly Pick<Pending, 'since' | 'second'>[], now: number): number {
  return Math.max(0, ...pending.map(({ since, second }) => since + second.afterMs - now))
}
