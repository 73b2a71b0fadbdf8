import assert from 'node:assert/strict'
import test from 'node:test'
import type { Evidence, EvidenceName, TargetEvidence } from '../src/evidence/evidence.ts'
import { headersOf, provenCarriers } from '../src/judging/carrier-cookies.ts'
import type { Check, Declared, Severity, Verdict } from '../src/judging/check.ts'
import { worstOf } from '../src/judging/severity.ts'
import type { Expectations } from '../src/options/expectations.ts'
import { fileOf, https } from './sample-evidence.ts'

/** One row of a check's table: what is changed about good evidence, and what the check must say. */
export interface Row {
  readonly when: string
  readonly evidence?: Partial<Evidence>
  readonly target?: TargetEvidence
  /** What was declared. */
  readonly expect?: Expectations
  readonly says: Verdict['verdict']
  /** The worst severity of the findings; only for a fail. */
  readonly severity?: Severity
  /** Must be in the reason or in a finding. */
  readonly about?: RegExp
  /** Default 1 for a fail. */
  readonly findings?: number
}

/** Runs the check itself on each row, without the judge around it, which would hide a careless pass. */
export function table(check: Check, rows: readonly Row[]): void {
  for (const row of rows) {
    test(`${check.id}: ${row.says} when ${row.when}`, () => {
      const verdict = verdictOf(check, row.evidence, row.target, row.expect)
      assert.equal(verdict.verdict, row.says, verdict.reason)
      if (row.about !== undefined) assert.match(wordsOf(verdict), row.about)
      if (verdict.verdict !== 'fail') return
      assert.equal(verdict.findings.length, row.findings ?? 1, wordsOf(verdict))
      const severities = verdict.findings.map((finding) => finding.severity ?? check.severity)
      if (row.severity !== undefined) assert.equal(worstOf(severities), row.severity)
    })
  }
}

export function verdictOf(
  check: Check,
  changes: Partial<Evidence> = {},
  target = https,
  expect?: Expectations,
): Verdict {
  const { evidence } = fileOf(changes)
  const declared = check.needs.map((name) => {
    const gathered = evidence[name]
    assert.ok(gathered.status === 'gathered', `${name} is missing: that is the judge's business`)
    return [name, gathered.value]
  })
  return check.judge(Object.fromEntries(declared) as Declared<EvidenceName>, {
    target,
    ...(expect && { expect }),
    carriers: provenCarriers(evidence.carrier),
    ...(evidence.carrier.status === 'gathered' ? { headers: headersOf(evidence.carrier.value) } : {}),
  })
}

function wordsOf(verdict: Verdict): string {
  const findings = verdict.verdict === 'fail' ? verdict.findings : []
  return [verdict.reason, ...findings.flatMap(({ where, seen, fix }) => [where, seen, fix])].join('\n')
}
