import assert from 'node:assert/strict'
import test from 'node:test'
import { cookie, fileOf, gathered } from '../../test/sample-evidence.ts'
import { exitCodeOf } from '../commands/exit-code.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { renderers } from '../report/index.ts'
import type { AcceptedFinding } from './accepted.ts'
import { withBaseline } from './baseline.ts'
import { judge } from './judge.ts'

const faulty = { cookies: gathered([cookie('__Host-session', { httpOnly: false, sameSite: 'None' })]) }
const report = (changes: Partial<Evidence> = faulty) =>
  judge(fileOf(changes), { finishedAt: '2026-11-29T09:00:00.000Z' })

/** Entries for all that is found. */
const entries = (changes: Partial<AcceptedFinding> = {}): AcceptedFinding[] =>
  report().checks.flatMap(({ id, findings }) =>
    findings.map(({ fingerprint, where }) => ({
      fingerprint,
      check: id,
      where,
      reason: 'LK-7: the old client',
      expires: '2026-11-29',
      ...changes,
    })),
  )
const held = (accepted: readonly AcceptedFinding[], judged = report()) =>
  withBaseline(judged, { schema: 'latchkey-baseline/1', accepted })
const asUsual = { failOn: 'medium' } as const

test('what is known does not fail the run, on its last day too, and is shown with its reason', () => {
  assert.equal(exitCodeOf(report(), asUsual), 1)
  const known = held(entries())
  assert.equal(exitCodeOf(known, asUsual), 0)
  assert.deepEqual(known.baseline, { accepted: 2, expired: [], unused: [] })
  assert.equal(known.summary.fail, 2)
  for (const format of ['text', 'html', 'json'] as const) {
    assert.match(renderers[format](known), /LK-7: the old client/, format)
  }
  assert.match(renderers.text(known), /2 failed .*; 2 known and accepted/)
})

test('what is not in it fails as before', () => {
  const [first] = entries()
  assert.ok(first)
  const known = held([first])
  assert.equal(exitCodeOf(known, asUsual), 1)
  assert.equal(known.baseline?.accepted, 1)
})

test('an entry that is over fails again, and is said', () => {
  const over = held(entries({ expires: '2026-11-28' }))
  assert.equal(exitCodeOf(over, asUsual), 1)
  assert.equal(over.baseline?.expired.length, 2)
  assert.match(over.notes.join('\n'), /accepted until 2026-11-28, which is over: cookie-httponly, .*LK-7/)
  assert.ok(over.checks.every(({ findings }) => findings.every(({ accepted }) => accepted === undefined)))
})

test('an entry that names nothing is said, and whether that was looked at', () => {
  const mended = held(entries(), report({}))
  assert.equal(mended.baseline?.unused.length, 2)
  assert.match(mended.notes.join('\n'), /names what is no longer found: cookie-samesite/)
  const unseen = held(entries(), report({ cookies: { status: 'failed', reason: 'lost' } }))
  assert.match(unseen.notes.join('\n'), /names what was not looked at \(inconclusive\): cookie-httponly/)
  assert.match(
    held(entries({ check: 'gone' }), report({})).notes.join('\n'),
    /names what no check looks at: gone/,
  )
})
