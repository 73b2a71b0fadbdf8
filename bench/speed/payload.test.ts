import assert from 'node:assert/strict'
import { test } from 'node:test'
import { payloadOf, userOf } from './payload.ts'

test('a session holds 295 bytes of JSON', () => {
  assert.equal(JSON.stringify({ user: 'u-000001', ...payloadOf('u-000001') }).length, 295)
})

test('the user is read from the address', () => {
  assert.equal(userOf('/login?user=u-000042'), 'u-000042')
})
