import assert from 'node:assert/strict'
import test from 'node:test'
import { cookie, exchanges, gathered } from '../../test/sample-evidence.ts'
import type { Exchange } from '../evidence/evidence.ts'
import { trailOf } from './trail.ts'

const one = (id: number, phase: Exchange['phase'], method: string, sid: string): Exchange => ({
  ...(exchanges[0] as Exchange),
  id,
  phase,
  method,
  sentCookies: sid === '' ? {} : { sid },
})

const all = [
  one(1, 'anonymous', 'GET', ''),
  one(2, 'login', 'GET', 'aaaa1111'),
  one(3, 'login', 'POST', 'aaaa1111'),
  one(4, 'login', 'POST', 'bbbb2222'),
  one(5, 'logout', 'POST', 'aaaa1111'),
  one(6, 'replay', 'GET', 'aaaa1111'),
]
const cookies = gathered([
  cookie('sid', {}, { exchange: 1 }),
  cookie('sid', {}, { exchange: 4, value: 'bbbb2222' }),
])

test('where the value came from, what was done with it, and the proof, in order', () => {
  assert.deepEqual(trailOf([6], { exchanges: all, evidence: { cookies } }), [1, 3, 5, 6])
})

test('a value of which nothing is known leaves the proof alone, and nothing later is taken for its cause', () => {
  const none = { status: 'skipped', reason: 'x' } as const
  assert.deepEqual(trailOf([2], { exchanges: all, evidence: { cookies: none } }), [2])
  assert.deepEqual(trailOf([3], { exchanges: all, evidence: { cookies } }), [1, 3])
  const later = gathered([cookie('sid', {}, { exchange: 5 })])
  assert.deepEqual(trailOf([3], { exchanges: all, evidence: { cookies: later } }), [3])
})

test('what is too long to follow loses its beginning, never its proof', () => {
  const many = Array.from({ length: 20 }, (_, at) => one(at + 1, 'login', 'POST', 'aaaa1111'))
  const trail = trailOf([19, 20], { exchanges: many, evidence: { cookies } })
  assert.deepEqual(trail, [13, 14, 15, 16, 17, 18, 19, 20])
})
