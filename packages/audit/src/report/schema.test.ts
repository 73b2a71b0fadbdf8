import assert from 'node:assert/strict'
import test from 'node:test'
import { reportProblems, unnamedMembers } from '../../test/report-schema.ts'
import { broken, carriedBy, cookie, fileOf, gathered, goodEvidence } from '../../test/sample-evidence.ts'
import { soundTimeouts } from '../../test/sample-timeouts.ts'
import type { Evidence, EvidenceName } from '../evidence/evidence.ts'
import type { AcceptedFinding } from '../judging/accepted.ts'
import { withBaseline } from '../judging/baseline.ts'
import type { Report } from '../judging/check.ts'
import { judge } from '../judging/judge.ts'
import type { Expectations } from '../options/expectations.ts'

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

/** There is more to see later. */
const waiting = {
  ...soundTimeouts,
  visitor: null,
  due: { next: '2026-11-29T09:30:00.000Z', last: '2026-11-29T17:00:00.000Z' },
}

const expect: Expectations = {
  ...({ sameSite: 'Strict', cookiePrefix: '__Host-', cookieName: 'sid', cookieLifetime: 0 } as const),
  ...{ concurrentSessions: 2, idleTimeout: 1800, absoluteTimeout: 28_800, tokenLifetime: 900 },
}

/** One entry for each finding, the first over already, and one for nothing. */
function entriesOf({ checks }: Report): AcceptedFinding[] {
  const entry = { reason: 'LK-7', where: '', check: 'logout' }
  const named = checks.flatMap(({ findings }) => findings.map(({ fingerprint }) => fingerprint))
  return [...named, '0000000000000000'].map((fingerprint, at) => ({
    ...entry,
    fingerprint,
    expires: at === 0 ? '2020-01-01' : '2999-01-01',
  }))
}

test('reports are valid against the published schema, which names all that is in them', () => {
  const names = Object.keys(goodEvidence) as EvidenceName[]
  const missing = (status: 'skipped' | 'failed') =>
    Object.fromEntries(names.map((name) => [name, { status, reason: 'x' }])) as unknown as Evidence
  assert.equal(judge(fileOf({ timeouts: gathered(waiting) }), at).comeBack?.next, waiting.due.next)
  const took = { requests: 58, logins: 5, seconds: 12.4, waitedSeconds: 0 }
  const files = [
    fileOf(),
    { ...fileOf(faulty), took },
    fileOf({ timeouts: gathered(waiting) }),
    fileOf(missing('skipped')),
    fileOf(missing('failed')),
  ]
  for (const file of files) {
    const report = judge(file, at)
    assert.deepEqual(reportProblems(report), [])
    assert.deepEqual(unnamedMembers(report), [])
    const known = withBaseline(judge(file, { ...at, expect }), {
      schema: 'latchkey-baseline/1',
      accepted: entriesOf(report),
    })
    assert.deepEqual([reportProblems(known), unnamedMembers(known)], [[], []])
    assert.deepEqual(known.expect, expect)
    assert.ok(known.baseline)
  }
})

test('it refuses what is no report', () => {
  const report = judge(fileOf(faulty), at)
  const [first, ...rest] = report.checks
  assert.ok(first)
  for (const wrong of [
    { ...report, schema: 'latchkey-report/2' },
    { ...report, outcome: 'fine' },
    { ...report, comeBack: { next: 'tomorrow', last: 'tomorrow' } },
    { ...report, summary: { ...report.summary, worst: 'awful' } },
    { ...report, checks: [{ ...first, verdict: 'fail', findings: [] }, ...rest] },
  ]) {
    assert.notDeepEqual(reportProblems(wrong), [])
  }
})
