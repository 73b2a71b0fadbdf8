import type { CheckResult, Report, ReportedFinding } from '../judging/check.ts'

/** The whole report in one line. */
export function summaryLine({ checks, summary }: Report): string {
  const worst = summary.worst === null ? '' : ` (worst: ${summary.worst})`
  return (
    `${checks.length} checks: ${summary.fail} failed${worst}, ${summary.inconclusive} inconclusive, ` +
    `${summary.skipped} skipped, ${summary.pass} passed`
  )
}

/** Whether the check's next finding has the same fix, which then need not be said twice. */
export function repeatsFix(finding: ReportedFinding, check: CheckResult): boolean {
  return check.findings[check.findings.indexOf(finding) + 1]?.fix === finding.fix
}

/** The checks by reason, in the order in which each reason comes first. */
export function byReason(
  checks: readonly CheckResult[],
): readonly (readonly [string, readonly CheckResult[]])[] {
  return [...Map.groupBy(checks, (check) => check.reason)]
}
