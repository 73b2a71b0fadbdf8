import type { CheckResult, Report, ReportedFinding, Severity } from './check.ts'
import { fingerprintOf } from './fingerprint.ts'
import { atLeast } from './severity.ts'

/** A finding with the check that it is of. */
export interface Compared {
  readonly fingerprint: string
  readonly check: string
  readonly title: string
  readonly where: string
  readonly seen: string
  readonly severity: Severity
}

/** What became of the findings from one report to another. */
export interface Comparison {
  readonly schema: 'latchkey-comparison/1'
  readonly before: Compare
  readonly after: Compare
  /** In the later report only. */
  readonly new: readonly Compared[]
  /** In the earlier report only, and the later one's check came to a verdict. */
  readonly fixed: readonly Compared[]
  /** In the earlier report only, and the later one's check came to no verdict: nobody knows. */
  readonly unknown: readonly (Compared & { readonly reason: string })[]
  /** In both, of another severity. */
  readonly changed: readonly (Compared & { readonly was: Severity })[]
  readonly unchanged: readonly Compared[]
}

/** Which report it was. */
export interface Compare {
  readonly url: string
  readonly finishedAt: string
  readonly tool: string
}

/** Findings go by their fingerprints; of several with the same the worst stands for them. */
export function compareReports(before: Report, after: Report): Comparison {
  const [earlier, later] = [findingsOf(before), findingsOf(after)]
  const both = [...later].flatMap(([print, now]) => {
    const was = earlier.get(print)
    return was === undefined ? [] : [{ now, was }]
  })
  const gone = [...earlier].filter(([print]) => !later.has(print)).map(([, finding]) => finding)
  const verdicts = new Map(after.checks.map((check) => [check.id, check]))
  const reasonOf = (finding: Compared): string | null => whyUnknown(verdicts.get(finding.check))
  return {
    schema: 'latchkey-comparison/1',
    before: nameOf(before),
    after: nameOf(after),
    new: [...later].filter(([print]) => !earlier.has(print)).map(([, finding]) => finding),
    fixed: gone.filter((finding) => reasonOf(finding) === null),
    unknown: gone.flatMap((finding) => {
      const reason = reasonOf(finding)
      return reason === null ? [] : [{ ...finding, reason }]
    }),
    changed: both
      .filter(({ now, was }) => now.severity !== was.severity)
      .map(({ now, was }) => ({ ...now, was: was.severity })),
    unchanged: both.filter(({ now, was }) => now.severity === was.severity).map(({ now }) => now),
  }
}

/** Findings that are new, or have become so bad, at the threshold. */
export function worseThan(
  { new: added, changed }: Comparison,
  threshold: Severity | 'none',
): readonly Compared[] {
  if (threshold === 'none') return []
  const worse = changed.filter(
    ({ severity, was }) => atLeast(severity, threshold) && !atLeast(was, threshold),
  )
  return [...added.filter(({ severity }) => atLeast(severity, threshold)), ...worse]
}

function whyUnknown(check: CheckResult | undefined): string | null {
  if (check === undefined) return 'the later audit did not have this check'
  return check.verdict === 'pass' || check.verdict === 'fail' ? null : `${check.verdict}: ${check.reason}`
}

function findingsOf({ checks }: Report): Map<string, Compared> {
  const found = new Map<string, Compared>()
  // Worst first, so that the first of each stays.
  for (const check of checks) {
    for (const finding of check.findings) {
      const one = comparedOf(check, finding)
      if (!found.has(one.fingerprint)) found.set(one.fingerprint, one)
    }
  }
  return found
}

function comparedOf({ id, title }: CheckResult, finding: ReportedFinding): Compared {
  const { where, seen, severity } = finding
  // Reports of before fingerprints have none.
  const fingerprint = finding.fingerprint ?? fingerprintOf(id, finding)
  return { fingerprint, check: id, title, where, seen, severity }
}

function nameOf({ target, finishedAt, tool }: Report): Compare {
  return { url: target.url, finishedAt, tool: `${tool.name} ${tool.version}` }
}
