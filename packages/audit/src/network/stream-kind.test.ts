import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kindOf } from './stream-kind.ts'

const kind = (text: string, event = '') => kindOf({ event, text })

test('what only keeps a connection is none', () => {
  for (const text of [
    '',
    ' ',
    '{}',
    '[]',
    'null',
    'ping',
    'heartbeat',
    'keep-alive',
    '{"type":"ping","at":1}',
  ]) {
    assert.equal(kind(text), null, text)
  }
  assert.equal(kind('{"n":1}', 'ping'), null)
})

test('messages of one kind are alike, and of another not', () => {
  assert.equal(kind('{"price":1}'), kind('{"price":2,"at":3}'))
  assert.equal(kind('0'), kind('a text'))
  assert.notEqual(kind('{"type":"price"}'), kind('{"type":"signed-out"}'))
  assert.notEqual(kind('x'), kind('x', 'bye'))
  assert.notEqual(kind('42["message",{}]'), kind('42["bye"]'))
  assert.notEqual(kind(String(Date.now())), null)
})
