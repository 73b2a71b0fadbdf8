import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Row } from './groups.ts'
import { orderOf, pairOf, type Sample } from './rounds.ts'

const row = (name: string, floor?: string): Row => ({
  name,
  label: name,
  kind: 'peer',
  ...(floor !== undefined && { floor }),
})
const rows = [row('get'), row('a', 'get'), row('b', 'get'), row('c')]

test('rows run beside bare, and with their floor around each', () => {
  assert.deepEqual(orderOf(rows, 0), ['bare', 'get', 'a', 'get', 'b', 'get', 'bare', 'c', 'bare'])
  assert.deepEqual(orderOf(rows, 1), ['bare', 'c', 'bare', 'get', 'b', 'get', 'a', 'get', 'bare'])
  assert.deepEqual(orderOf([row('x'), row('y')], 0), ['bare', 'x', 'bare', 'y', 'bare'])
})

test('a row is set against the nearest runs before and after it', () => {
  const sample = (perSecond: number): Sample => ({ perSecond, cpu: perSecond / 10 })
  const order = ['bare', 'get', 'a', 'get', 'b', 'get', 'bare', 'c', 'bare']
  const steps = order.map((name, at) => ({ name, sample: sample(10 * at) }))
  assert.deepEqual(pairOf(row('b', 'get'), steps), {
    own: sample(40),
    bare: sample(30), // of 0 and 60
    floor: sample(40), // of 30 and 50
  })
  assert.deepEqual(pairOf(row('c'), steps), { own: sample(70), bare: sample(70) })
  assert.deepEqual(pairOf(row('get'), steps), { own: sample(30), bare: sample(30) })
  assert.throws(() => pairOf(row('missing'), steps), RangeError)
})
