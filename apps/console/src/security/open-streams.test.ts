import assert from 'node:assert/strict'
import test from 'node:test'
import { createOpenStreams } from './open-streams.ts'

const here = '198.51.100.1'

test('a session has so many streams at once, and one more when one has ended', () => {
  const streams = createOpenStreams({ session: 2, address: 9 })
  const leave = streams.enter('a', here)
  assert.ok(leave && streams.enter('a', '203.0.113.1'))
  assert.equal(streams.enter('a', here), null)
  assert.ok(streams.enter('b', here))
  leave()
  assert.ok(streams.enter('a', here))
  assert.equal(streams.enter('a', here), null)
})

test('an address has so many over all sessions, an IPv6 customer as one', () => {
  const streams = createOpenStreams({ session: 9, address: 2 })
  const leave = streams.enter('a', '2001:db8:1:2::1')
  assert.ok(leave && streams.enter('b', '2001:db8:1:2:ffff::9'))
  assert.equal(streams.enter('c', '2001:db8:1:2::3'), null)
  assert.ok(streams.enter('c', '2001:db8:1:3::3'))
  leave()
  assert.ok(streams.enter('c', '2001:db8:1:2::3'))
})

test('what was refused does not count', () => {
  const streams = createOpenStreams({ session: 1, address: 2 })
  assert.ok(streams.enter('a', here))
  for (let at = 0; at < 5; at++) assert.equal(streams.enter('a', here), null)
  assert.ok(streams.enter('b', here))
})
