import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spreadOf } from './statistics.ts'

test('median and quartiles', () => {
  assert.deepEqual(spreadOf([5, 1, 4, 2, 3]), { low: 2, median: 3, high: 4 })
  assert.deepEqual(spreadOf([4, 1, 3, 2]), { low: 1.75, median: 2.5, high: 3.25 })
  assert.throws(() => spreadOf([]), RangeError)
})
