import type { Control } from '../evidence/evidence.ts'
import type { CheckResult, Report, ReportedFinding } from '../judging/check.ts'
import { inArguments } from './asked/arguments.ts'
import { quoted } from './quoted.ts'

/** Curl lines beside one finding; `explain` has them all. */
const MOST_CURLS = 2
const CURL = 600

/** A finding as an agent reads it. */
export function findingShown(
  finding: ReportedFinding,
  check: Pick<CheckResult, 'id' | 'findings'>,
  report: Report,
  most = MOST_CURLS,
) {
  const { where, seen, fix, frameworkFix, severity, exchanges } = finding
  return {
    check: check.id,
    finding: check.findings.indexOf(finding),
    severity,
    where: quoted(where),
    seen: quoted(seen),
    fix,
    ...(frameworkFix === null ? {} : { frameworkFix }),
    evidence: evidenceOf(exchanges, report, most),
  }
}

/** The requests that prove it, each as a line that runs it again and the status of its answer. */
export function evidenceOf(ids: readonly number[], { exchanges }: Report, most: number) {
  const byId = new Map(exchanges.map((exchange) => [exchange.id, exchange]))
  return [...new Set(ids)]
    .flatMap((id) => byId.get(id) ?? [])
    .slice(0, most)
    .map(({ curl, status, phase }) => ({ phase, status, curl: quoted(curl, CURL) }))
}

export function controlsShown(controls: readonly Control[]) {
  return controls.map(({ name, expected, seen, held }) => ({
    name: quoted(name),
    expected: quoted(expected),
    seen: quoted(seen),
    held,
  }))
}

/** Why a verdict is what it is, in the words of this server's arguments. */
export function reasonShown({ reason }: Pick<CheckResult, 'reason'>): string {
  return quoted(inArguments(reason))
}
