import type { Evidence, TargetEvidence } from '../evidence/evidence.ts'
import { provenCarriers } from './carrier-cookies.ts'
import type { AuditOutcome, CheckResult } from './check.ts'
import { atLeast } from './severity.ts'

/** How far the audit came: a report without a fail is good news only when it is `decided`. */
export function outcomeOf(
  { passive }: TargetEvidence,
  { carrier }: Evidence,
  results: readonly CheckResult[],
): AuditOutcome {
  const asked = !passive && carrier.status !== 'skipped'
  if (asked && (provenCarriers(carrier)?.length ?? 0) === 0) return 'not-established'
  return undecidedHigh(results).length > 0 ? 'undecided' : 'decided'
}

/** Checks whose fail would be of high severity, and of which nothing is known. */
export function undecidedHigh(results: readonly CheckResult[]): readonly CheckResult[] {
  return results.filter(({ verdict, severity }) => verdict === 'inconclusive' && atLeast(severity, 'high'))
}
