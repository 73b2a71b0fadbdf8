import assert from 'node:assert/strict'
import test from 'node:test'
import { isLoopbackHost } from './client.ts'

test('a console on loopback knows its names', () => {
  for (const host of ['localhost', 'localhost:3000', '127.0.0.1:3000', '[::1]:80', 'LOCALHOST:1']) {
    assert.equal(isLoopbackHost(host), true, host)
  }
  for (const host of [
    undefined,
    '',
    'evil.example',
    'localhost.evil.example',
    'evil.example:3000',
    '127.0.0.1.evil',
  ]) {
    assert.equal(isLoopbackHost(host), false, host)
  }
})
