import type { CheckResult, Report, ReportedFinding } from '../judging/check.ts'

/** The whole report in one line. */
export function summaryLine({ checks, summary, baseline }: Report): string {
  const accepted = baseline?.accepted ? `; ${baseline.accepted} known and accepted` : ''
  const worst = summary.worst === null ? '' : ` (worst: ${summary.worst})`
  return (
    `${checks.length} checks: ${summary.fail} failed${worst}, ${summary.inconclusive} inconclusive, ` +
    `${summary.skipped} skipped, ${summary.pass} passed${accepted}`
  )
}

/** Why a finding is no news. */
export function acceptedInWords({ reason, expires }: NonNullable<ReportedFinding['accepted']>): string {
  return `accepted until ${expires}: ${reason}`
}

/** What the audit asked of the site, in words; null where that is not known. */
export function tookInWords({ took }: Pick<Report, 'took'>): string | null {
  if (took === null) return null
  const { requests, logins, seconds, waitedSeconds } = took
  const waited = waitedSeconds > 0 ? `, ${waitedSeconds} s of them waiting as the site asked` : ''
  return `${requests} requests, ${logins} logins, ${seconds} s${waited}`
}

/** What an audit without an account is about. */
export const WITHOUT_ACCOUNT =
  'passive: no sign-in, nothing posted. What is judged is what a visitor gets; a sign-in usually keeps or replaces it'

/** The cookies of a visitor's session; null in an audit that signed in, or where nothing was proved. */
export function visitorsSession({ visitorSession = [] }: Report): string | null {
  return visitorSession.length === 0 ? null : `${visitorSession.join(' and ')}, as a visitor gets it`
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
