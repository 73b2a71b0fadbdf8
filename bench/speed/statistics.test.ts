import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spreadOf, tailOf } from './statistics.ts'

test('median and quartiles', () => {
  assert.deepEqual(spreadOf([5, 1, 4, 2, 3]), { low: 2, median: 3, high: 4 })
  assert.deepEqual(spreadOf([4, 1, 3, 2]), { low: 1.75, median: 2.5, high: 3.25 })
  assert.throws(() => spreadOf([]), RangeError)
})

test('median, 99th percentile and maximum', () => {
  const numbers = Array.from({ length: 101 }, (_, n) => 100 - n)
  assert.deepEqual(tailOf(numbers), { p50: 50, p99: 99, max: 100 })
  assert.deepEqual(tailOf([2, 10]), { p50: 6, p99: 9.92, max: 10 })
  assert.throws(() => tailOf([]), RangeError)
})
