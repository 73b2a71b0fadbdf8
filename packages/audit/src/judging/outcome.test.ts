import assert from 'node:assert/strict'
import test from 'node:test'
import { broken, carriedBy, fileOf, gathered, https, saw } from '../../test/sample-evidence.ts'
import type { Evidence, TargetEvidence } from '../evidence/evidence.ts'
import { judge } from './judge.ts'

const at = { finishedAt: '2026-11-29T09:00:00.000Z' }
const outcome = (changes: Partial<Evidence> = {}, target: TargetEvidence = https) =>
  judge(fileOf(changes, target), at).outcome
const failed = { status: 'failed', reason: 'it did not work' } as const
const skipped = { status: 'skipped', reason: 'passive' } as const

test('good evidence is decided', () => {
  assert.equal(outcome(), 'decided')
})

test('a check of high severity that is inconclusive leaves the audit undecided, one of medium does not', () => {
  assert.equal(outcome({ logout: failed }), 'undecided')
  assert.equal(outcome({ strictIds: failed }), 'decided')
})

test('without a proof of what carries the session nothing is established', () => {
  assert.equal(outcome({ carrier: failed }), 'not-established')
  assert.equal(outcome({ carrier: gathered({ ...carriedBy('sid'), controls: [broken] }) }), 'not-established')
  assert.equal(outcome({ carrier: gathered({ ...carriedBy('sid'), carriers: [] }) }), 'not-established')
  assert.equal(
    outcome({ carrier: gathered({ ...carriedBy('sid'), withNone: saw('signed-in') }) }),
    'not-established',
  )
})

test('a passive audit asked for no more than it has', () => {
  assert.equal(outcome({ carrier: skipped }, { ...https, passive: true }), 'decided')
})

test('what was declared and is inconclusive leaves it undecided too; what does not apply does not', () => {
  const expecting = (changes: Partial<Evidence>) =>
    judge(fileOf(changes), { ...at, expect: { cookieLifetime: 0, concurrentSessions: 2 } }).outcome
  assert.equal(expecting({ concurrentSessions: failed }), 'undecided')
  assert.equal(expecting({ concurrentSessions: skipped }), 'decided')
  assert.equal(expecting({ strictIds: failed }), 'decided')
})
