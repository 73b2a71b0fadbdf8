import assert from 'node:assert/strict'
import test from 'node:test'
import { throttleKey } from './throttle-key.ts'

test('throttles count an IPv4 address by itself and an IPv6 address by its /64', () => {
  assert.equal(throttleKey('192.0.2.7'), '192.0.2.7')
  const keys = ['2001:db8:1:2::1', '2001:DB8:1:2:ffff:ffff:ffff:ffff', '2001:0db8:0001:0002::'].map(
    throttleKey,
  )
  assert.equal(new Set(keys).size, 1)
  assert.notEqual(throttleKey('2001:db8:1:3::1'), keys[0])
  assert.equal(throttleKey('::1'), throttleKey('0:0:0:0:0:0:0:2'))
})
