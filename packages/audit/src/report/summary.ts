import type { CheckResult, Report, ReportedFinding } from '../judging/check.ts'

/** The whole report in one line. */
export function summaryLine({ checks, summary }: Report): string {
  const worst = summary.worst === null ? '' : ` (worst: ${summary.worst})`
  return (
    `${checks.length} checks: ${summary.fail} failed${worst}, ${summary.inconclusive} inconclusive, ` +
    `${summary.skipped} skipped, ${summary.pass} passed`
  )
}

/** What the audit asked of the site, in words; null where that is not known. */
export function tookInWords({ took }: Pick<Report, 'took'>): string | null {
  if (took === null) return null
  const { requests, logins, seconds, waitedSeconds } = took
  const waited = waitedSeconds > 0 ? `, ${waitedSeconds} s of them waiting as the site asked` : ''
  return `${requests} requests, ${logins} logins, ${seconds} s${waited}`
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
