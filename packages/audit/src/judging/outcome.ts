import type { EvidenceFile } from '../evidence/evidence.ts'
import type { Expectations } from '../options/expectations.ts'
import { provenCarriers } from './carrier-cookies.ts'
import type { AuditOutcome, CheckResult } from './check.ts'
import { undecidedDeclared } from './declared.ts'
import { atLeast } from './severity.ts'

/** How far the audit came: a report without a fail is good news only when it is `decided`. */
export function outcomeOf(
  { target, evidence: { carrier } }: Pick<EvidenceFile, 'target' | 'evidence'>,
  results: readonly CheckResult[],
  expect?: Expectations,
): AuditOutcome {
  const asked = !target.passive && carrier.status !== 'skipped'
  if (asked && (provenCarriers(carrier)?.length ?? 0) === 0) return 'not-established'
  return [...undecidedHigh(results), ...undecidedDeclared(expect, results)].length > 0
    ? 'undecided'
    : 'decided'
}

/** Checks whose fail would be of high severity, and of which nothing is known. */
export function undecidedHigh(results: readonly CheckResult[]): readonly CheckResult[] {
  return results.filter(({ verdict, severity }) => verdict === 'inconclusive' && atLeast(severity, 'high'))
}
