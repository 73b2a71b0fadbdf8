import { checks as allChecks } from '../checks/index.ts'
import type { Evidence, EvidenceFile, EvidenceName, Exchange } from '../evidence/evidence.ts'
import { version } from '../evidence/version.ts'
import type { Expectations } from '../options/expectations.ts'
import { headersOf, provenCarriers } from './carrier-cookies.ts'
import type {
  Check,
  CheckResult,
  Declared,
  Finding,
  Report,
  ReportedFinding,
  Severity,
  Verdict,
} from './check.ts'
import { declaredNotes } from './declared.ts'
import { fingerprintOf } from './fingerprint.ts'
import { frameworkVersionOf } from './framework-version.ts'
import { lifeOf } from './life.ts'
import { notesOf } from './notes.ts'
import { outcomeOf } from './outcome.ts'
import { severities, worstOf } from './severity.ts'
import { signedInOf } from './signed-in.ts'
import { trailOf } from './trail.ts'
import { brokenControl, inconclusive, skipped } from './verdicts.ts'
import { visitorsSession, withVisitorsSession } from './visitor-session.ts'

export interface JudgeOptions {
  /** ISO 8601. Given by the caller, so that the same evidence always makes the same report. */
  readonly finishedAt: string
  /** Default: every check there is. */
  readonly checks?: readonly Check[]
  /** What is declared of the sessions. Default: what was when the evidence was gathered. */
  readonly expect?: Expectations
}

/**
 * Turns evidence into a report without touching the network. Every check gives a verdict: one that throws is
 * inconclusive, and so is a pass that rests on a control that did not hold.
 */
export function judge(file: EvidenceFile, options: JudgeOptions): Report {
  const { finishedAt, checks = allChecks, expect = file.expect } = options
  const { framework, carrier, oracle, visitor, timeouts } = file.evidence
  const frameworkName = framework.status === 'gathered' ? framework.value.name : null
  const visible = { ...file, evidence: withVisitorsSession(file) }
  const results = checks.map((check) =>
    resultOf(check, verdictOf(check, visible, expect), { framework: frameworkName, file }),
  )
  const life = lifeOf(file, results)
  return {
    schema: 'latchkey-report/1',
    tool: { name: '@latchkey/audit', version },
    target: file.target,
    finishedAt,
    summary: summaryOf(results),
    outcome: outcomeOf(file, results, expect),
    signedIn: signedInOf(file.evidence),
    framework: frameworkName,
    frameworkVersion: framework.status === 'gathered' ? frameworkVersionOf(framework.value) : null,
    visitorSession: visitorsSession(file),
    hints: visitor.status === 'gathered' ? visitor.value.hints : [],
    carriers: carrier.status === 'gathered' ? carrier.value.sets.map((names) => ({ names })) : [],
    oracle: oracle.status === 'gathered' ? oracle.value.describes : null,
    notes: [...notesOf(file.evidence), ...declaredNotes(expect, results)],
    ...(expect && { expect }),
    checks: results,
    life,
    comeBack: timeouts.status === 'gathered' ? timeouts.value.due : null,
    took: file.took ?? null,
    exchanges: referredTo(
      [...results.flatMap(namedBy), ...life.map(({ exchange }) => exchange)],
      file.exchanges,
    ),
  }
}

function verdictOf(check: Check, file: EvidenceFile, expect: Expectations | undefined): Verdict {
  const missing = missingEvidence(check.needs, file.evidence)
  if (missing !== null) return missing
  try {
    const { carrier } = file.evidence
    const verdict = check.judge(declared(check.needs, file.evidence), {
      target: file.target,
      carriers: provenCarriers(carrier),
      ...(expect && { expect }),
      ...(carrier.status === 'gathered' ? { headers: headersOf(carrier.value) } : {}),
    })
    const broken = verdict.verdict === 'pass' ? brokenControl(verdict.controls) : null
    return broken === null ? verdict : inconclusive(broken, verdict)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return inconclusive(`the check could not judge this evidence: ${why}`)
  }
}

/** A failure outweighs a skip: what should have worked and did not is never quietly left out. */
function missingEvidence(needs: readonly EvidenceName[], evidence: Evidence): Verdict | null {
  for (const status of ['failed', 'skipped'] as const) {
    for (const name of needs) {
      const gathered = evidence[name]
      if (gathered.status !== status) continue
      return status === 'failed' ? inconclusive(gathered.reason) : skipped(gathered.reason)
    }
  }
  return null
}

function declared(needs: readonly EvidenceName[], evidence: Evidence): Declared<EvidenceName> {
  const values = needs.map((name) => {
    const gathered = evidence[name]
    return [name, gathered.status === 'gathered' ? gathered.value : undefined]
  })
  // A check sees only what it declared: `check.needs` is the type parameter of its `judge`.
  return Object.fromEntries(values) as Declared<EvidenceName>
}

/** What is known beside the verdict. */
interface Known {
  readonly framework: string | null
  readonly file: EvidenceFile
}

function resultOf(check: Check, verdict: Verdict, known: Known): CheckResult {
  const findings = (verdict.verdict === 'fail' ? verdict.findings : [])
    .map((finding) => reported(finding, check, known))
    .toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))
  const worst = worstOf(findings.map((finding) => finding.severity))
  const exchanges = [...(verdict.exchanges ?? []), ...findings.flatMap((finding) => finding.exchanges)]
  return {
    id: check.id,
    title: check.title,
    risk: check.risk,
    verdict: verdict.verdict,
    severity: worst ?? check.severity,
    reason: verdict.reason,
    refs: check.refs,
    controls: verdict.controls,
    findings,
    exchanges: [...new Set(exchanges)],
  }
}

function reported(finding: Finding, check: Check, { framework, file }: Known): ReportedFinding {
  const fixes = check.fixes ?? {}
  const own = framework !== null && Object.hasOwn(fixes, framework) ? fixes[framework] : undefined
  return {
    ...finding,
    severity: finding.severity ?? check.severity,
    frameworkFix: own ?? null,
    fingerprint: fingerprintOf(check.id, finding),
    steps: trailOf(finding.exchanges, file),
  }
}

function summaryOf(results: readonly CheckResult[]): Report['summary'] {
  const count = (verdict: Verdict['verdict']): number =>
    results.filter((result) => result.verdict === verdict).length
  const failed: readonly Severity[] = results
    .filter((result) => result.verdict === 'fail')
    .map((result) => result.severity)
  return {
    pass: count('pass'),
    fail: count('fail'),
    inconclusive: count('inconclusive'),
    skipped: count('skipped'),
    worst: worstOf(failed),
  }
}

function namedBy({ exchanges, findings }: CheckResult): readonly number[] {
  return [...exchanges, ...findings.flatMap(({ steps = [] }) => steps)]
}

function referredTo(named: readonly number[], exchanges: readonly Exchange[]): readonly Exchange[] {
  const ids = new Set(named)
  return exchanges.filter((exchange) => ids.has(exchange.id))
}
