import type { AcceptedFinding, Baseline } from './accepted.ts'
import type { CheckResult, Report, ReportedFinding, Severity } from './check.ts'
import { worstOf } from './severity.ts'

/**
 * The report with what is known marked as accepted; nothing of what was seen is taken away. Entries that are over, or
 * name nothing, are said in its notes.
 */
export function withBaseline(report: Report, { accepted: entries }: Baseline): Report {
  const today = report.finishedAt.slice(0, 10)
  const found = new Set(
    report.checks.flatMap(({ findings }) => findings.map(({ fingerprint }) => fingerprint)),
  )
  const expired = entries.filter(({ expires }) => expires < today)
  const good = new Map(
    entries.filter((entry) => !expired.includes(entry)).map((entry) => [entry.fingerprint, entry]),
  )
  const mark = (finding: ReportedFinding): ReportedFinding => {
    const entry = good.get(finding.fingerprint)
    return entry ? { ...finding, accepted: { reason: entry.reason, expires: entry.expires } } : finding
  }
  const checks = report.checks.map((check) => ({ ...check, findings: check.findings.map(mark) }))
  const unused = entries.filter(({ fingerprint }) => !found.has(fingerprint))
  const accepted = checks.flatMap(acceptedOf).length
  return {
    ...report,
    checks,
    baseline: { accepted, expired, unused },
    notes: [
      ...report.notes,
      ...expired
        .filter((entry) => !unused.includes(entry))
        .map((entry) => `accepted until ${entry.expires}, which is over: ${inWords(entry)}`),
      ...unused.map(
        (entry) => `the baseline names what ${whyUnused(entry, report.checks)}: ${inWords(entry)}`,
      ),
    ],
  }
}

/** The worst of the findings that nobody accepted; null for none. */
export function worstLeft({ checks }: Pick<Report, 'checks'>): Severity | null {
  return worstOf(
    checks.flatMap(({ findings }) =>
      findings.filter(({ accepted }) => accepted === undefined).map(({ severity }) => severity),
    ),
  )
}

/** The findings of a check that are accepted. */
export function acceptedOf({ findings }: Pick<CheckResult, 'findings'>): readonly ReportedFinding[] {
  return findings.filter(({ accepted }) => accepted !== undefined)
}

/** A check that did not decide does not show that something was mended. */
function whyUnused({ check }: AcceptedFinding, results: readonly CheckResult[]): string {
  const verdict = results.find(({ id }) => id === check)?.verdict
  if (verdict === 'pass' || verdict === 'fail') return 'is no longer found'
  return verdict === undefined ? 'no check looks at' : `was not looked at (${verdict})`
}

function inWords({ check, where, reason }: AcceptedFinding): string {
  return `${check}, ${where} (${reason})`
}
