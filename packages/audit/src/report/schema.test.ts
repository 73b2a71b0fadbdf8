import assert from 'node:assert/strict'
import test from 'node:test'
import { reportProblems, unnamedMembers } from '../../test/report-schema.ts'
import { broken, carriedBy, cookie, fileOf, gathered, goodEvidence } from '../../test/sample-evidence.ts'
import type { Evidence, EvidenceName } from '../evidence/evidence.ts'
import { judge } from '../judging/judge.ts'

const at = { finishedAt: '2026-11-29T09:00:00.000Z' }
const faulty: Partial<Evidence> = {
  carrier: gathered({ ...carriedBy('sid'), controls: [] }),
  cookies: gathered([cookie('sid', { httpOnly: false, sameSite: null, lifetimeSeconds: 1e9 })]),
  strictIds: gathered({
    trials: [
      { name: 'sid', adoptedBy: null, refused: false, detail: '', exchanges: [1], controls: [broken] },
    ],
  }),
}

test('reports are valid against the published schema, which names all that is in them', () => {
  const names = Object.keys(goodEvidence) as EvidenceName[]
  const missing = (status: 'skipped' | 'failed') =>
    Object.fromEntries(names.map((name) => [name, { status, reason: 'x' }])) as unknown as Evidence
  const took = { requests: 58, logins: 5, seconds: 12.4, waitedSeconds: 0 }
  const files = [fileOf(), { ...fileOf(faulty), took }, fileOf(missing('skipped')), fileOf(missing('failed'))]
  for (const file of files) {
    const report = judge(file, at)
    assert.deepEqual(reportProblems(report), [])
    assert.deepEqual(unnamedMembers(report), [])
  }
})

test('it refuses what is no report', () => {
  const report = judge(fileOf(faulty), at)
  const [first, ...rest] = report.checks
  assert.ok(first)
  for (const wrong of [
    { ...report, schema: 'latchkey-report/2' },
    { ...report, outcome: 'fine' },
    { ...report, summary: { ...report.summary, worst: 'awful' } },
    { ...report, checks: [{ ...first, verdict: 'fail', findings: [] }, ...rest] },
  ]) {
    assert.notDeepEqual(reportProblems(wrong), [])
  }
})
