import assert from 'node:assert/strict'
import test from 'node:test'
import { carriedBy, cookie, fileOf, gathered } from '../../test/sample-evidence.ts'
import { soundTimeouts } from '../../test/sample-timeouts.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { judge } from '../judging/judge.ts'
import { exitCodeOf, reasonOf } from './exit-code.ts'

const report = (changes: Partial<Evidence> = {}) =>
  judge(fileOf(changes), { finishedAt: '2026-11-29T09:00:00.000Z' })
const failed = { status: 'failed', reason: 'it did not work' } as const
const medium = {
  carrier: gathered(carriedBy('sid')),
  cookies: gathered([cookie('sid', { httpOnly: false })]),
}
const asUsual = { failOn: 'medium' } as const

test('4 where a check of high severity is undecided and nothing failed', () => {
  assert.equal(exitCodeOf(report({ logout: failed }), asUsual), 4)
  assert.equal(exitCodeOf(report({ strictIds: failed }), asUsual), 0)
  assert.equal(exitCodeOf(report({ ...medium, logout: failed }), asUsual), 1)
  assert.equal(exitCodeOf(report({ ...medium, logout: failed }), { failOn: 'high' }), 4)
})

test('3 where what carries the session was not established, whatever else failed', () => {
  assert.equal(exitCodeOf(report({ carrier: failed }), asUsual), 3)
  assert.equal(exitCodeOf(report({ carrier: failed, cookies: medium.cookies }), asUsual), 3)
})

test('--allow-inconclusive takes back 4 alone, --fail-on none neither', () => {
  assert.equal(exitCodeOf(report({ logout: failed }), { ...asUsual, allowInconclusive: true }), 0)
  assert.equal(exitCodeOf(report({ carrier: failed }), { ...asUsual, allowInconclusive: true }), 3)
  assert.equal(exitCodeOf(report({ logout: failed }), { failOn: 'none' }), 4)
  assert.equal(exitCodeOf(report({ carrier: failed }), { failOn: 'none' }), 3)
  assert.equal(exitCodeOf(report(medium), { failOn: 'none' }), 0)
})

test('a code that no finding explains is explained', () => {
  assert.match(
    reasonOf(4, report({ logout: failed, fixation: failed })) ?? '',
    /^fixation, logout and logout-in-flight are /,
  )
  assert.match(reasonOf(3, report({ carrier: failed })) ?? '', /what carries the session/)
  assert.equal(reasonOf(1, report(medium)), null)
})

test('what was declared and is undecided is a 4 as well, and named', () => {
  const undecided = judge(fileOf({ concurrentSessions: failed, logout: failed }), {
    finishedAt: '2026-11-29T09:00:00.000Z',
    expect: { concurrentSessions: 2 },
  })
  assert.equal(exitCodeOf(undecided, asUsual), 4)
  assert.match(
    reasonOf(4, undecided) ?? '',
    /^logout and logout-in-flight are .* severity; concurrent-sessions is .* declared; /,
  )
})

test('5 where nothing failed so far and a later run sees more', () => {
  const due = { next: '2026-11-29T14:16Z', last: '2026-11-29T14:32Z' }
  const waiting = report({ timeouts: gathered({ ...soundTimeouts, due }) })
  assert.equal(exitCodeOf(waiting, asUsual), 5)
  assert.match(reasonOf(5, waiting) ?? '', /^come back after 2026-11-29T14:16Z/)
  assert.equal(exitCodeOf(report({ ...medium, timeouts: gathered({ ...soundTimeouts, due }) }), asUsual), 1)
})
