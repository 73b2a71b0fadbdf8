import assert from 'node:assert/strict'
import test from 'node:test'
import { cookie, fileOf, gathered } from '../../test/sample-evidence.ts'
import { parseEvidence } from '../evidence/file.ts'
import type { Expectations } from '../options/expectations.ts'
import { judge } from './judge.ts'

const at = { finishedAt: '2026-11-29T09:00:00.000Z' }
const lax = { cookies: gathered([cookie('__Host-session', { sameSite: 'Lax' })]) }

test('what was declared is said, and what of it no check decided', () => {
  const skipped = { status: 'skipped', reason: 'no logins' } as const
  const expect: Expectations = { sameSite: 'Strict', concurrentSessions: 3, cookieLifetime: 0 }
  const { notes } = judge(fileOf({ concurrentSessions: skipped }), { ...at, expect })
  assert.deepEqual(notes, [
    'the site is held to the declared policy: sameSite Strict, cookieLifetime 0, concurrentSessions 3',
    'of the declared policy nothing is known of concurrentSessions (concurrent-sessions is skipped)',
  ])
  assert.deepEqual(judge(fileOf(), at).notes, [])
})

test('saved evidence keeps what was declared, unless something else is now', () => {
  const saved = parseEvidence(JSON.stringify({ ...fileOf(lax), expect: { sameSite: 'Strict' } }))
  assert.equal(judge(saved, at).summary.fail, 1)
  assert.equal(judge(saved, at).expect?.sameSite, 'Strict')
  assert.equal(judge(saved, { ...at, expect: { sameSite: 'Lax' } }).summary.fail, 0)
  const damaged = JSON.stringify({ ...fileOf(), expect: { sameSite: 'strict' } })
  assert.throws(() => parseEvidence(damaged), /expect.sameSite is none of Strict/)
})
