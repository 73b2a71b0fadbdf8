import assert from 'node:assert/strict'
import test from 'node:test'
import { readConfig } from './config.ts'

test('by default it is for this machine, and may audit what is on it', () => {
  const config = readConfig({})
  assert.deepEqual([config.port, config.host, config.loopback], [3000, '127.0.0.1', true])
  assert.deepEqual([config.allowPrivate, config.allowedByDefault], [true, true])
})

test('the operator decides about private addresses; a console for others refuses them', () => {
  assert.equal(readConfig({ LATCHKEY_ALLOW_PRIVATE: '0' }).allowPrivate, false)
  assert.equal(readConfig({ HOST: '0.0.0.0' }).allowPrivate, false)
  assert.equal(readConfig({ HOST: '::' }).allowPrivate, false)
  assert.equal(readConfig({ HOST: '0.0.0.0', LATCHKEY_ALLOW_PRIVATE: '1' }).allowPrivate, true)
  assert.equal(readConfig({ LATCHKEY_TRUST_PROXY: '1' }).allowPrivate, false)
  assert.equal(readConfig({ LATCHKEY_TRUST_PROXY: '1' }).loopback, false)
  assert.equal(readConfig({ LATCHKEY_ALLOW_PRIVATE: '1' }).allowedByDefault, false)
})

test('what cannot be used is named', () => {
  assert.throws(() => readConfig({ PORT: 'http' }), /PORT: must be a port/)
  assert.throws(() => readConfig({ PORT: '70000' }), /PORT/)
  assert.throws(() => readConfig({ LATCHKEY_ALLOW_PRIVATE: 'yes' }), /LATCHKEY_ALLOW_PRIVATE: must be 0 or 1/)
})
