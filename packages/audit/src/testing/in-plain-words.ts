import { type exitCodeOf, reasonOf } from '../commands/exit-code.ts'
import type { Report, ReportedFinding, Severity } from '../judging/check.ts'
import { atLeast } from '../judging/severity.ts'
import { visible } from '../report/escape.ts'
import { acceptedInWords } from '../report/summary.ts'

/** Why a test fails, as whoever has to mend it reads it: the findings that count first, worst first. */
export function inPlainWords(
  report: Report,
  code: Exclude<ReturnType<typeof exitCodeOf>, 0>,
  failOn: Severity | 'none',
): string {
  const all = report.checks.flatMap(({ id, findings }) => findings.map((finding) => ({ id, finding })))
  const counts = ({ finding }: (typeof all)[number]) =>
    failOn !== 'none' && finding.accepted === undefined && atLeast(finding.severity, failOn)
  const counting = all.filter(counts)
  const others = all.filter((one) => !counts(one))
  const count = counting.length === 1 ? '1 finding' : `${counting.length} findings`
  const head =
    code === 1
      ? `the sessions of ${report.target.url} have ${count} at or above ${failOn}`
      : `whether the sessions of ${report.target.url} are secure is not known: ${reasonOf(code, report)}`
  return [
    visible(head),
    ...counting.flatMap(({ id, finding }) => ['', ...inFull(id, finding, report)]),
    ...(others.length === 0
      ? []
      : ['', 'Beside that:', ...others.map(({ id, finding }) => inBrief(id, finding))]),
    ...(report.notes.length === 0 ? [] : ['', ...report.notes.map((note) => visible(`Note: ${note}`))]),
  ].join('\n')
}

function inFull(id: string, finding: ReportedFinding, { exchanges }: Report): string[] {
  const again = exchanges.find((exchange) => exchange.id === finding.exchanges[0])?.curl
  return [
    `${finding.severity.toUpperCase()} ${id} (${finding.where})`,
    `  Seen: ${finding.seen}`,
    `  Fix: ${finding.frameworkFix ?? finding.fix}`,
    ...(again === undefined ? [] : [`  Again: ${again}`]),
    `  Fingerprint: ${finding.fingerprint}`,
  ].map((line) => visible(line))
}

function inBrief(id: string, { severity, seen, accepted }: ReportedFinding): string {
  const known = accepted ? `, ${acceptedInWords(accepted)}` : ''
  return visible(`  ${severity} ${id}${known}: ${seen}`)
}
