import assert from 'node:assert/strict'
import test from 'node:test'
import { atLeast, worstOf } from './severity.ts'

test('the worst is the worst, whatever the order', () => {
  assert.equal(worstOf(['info', 'high', 'low']), 'high')
  assert.equal(worstOf([]), null)
})

test('a threshold takes in itself and everything worse', () => {
  assert.ok(atLeast('medium', 'medium') && atLeast('critical', 'medium'))
  assert.ok(!atLeast('low', 'medium'))
})
