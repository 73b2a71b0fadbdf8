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

test('administrators are named, without regard to case', () => {
  assert.deepEqual(readConfig({}).admins, new Set())
  assert.deepEqual(readConfig({ LATCHKEY_ADMINS: 'Ada, grace.h' }).admins, new Set(['ada', 'grace.h']))
  for (const text of ['*', 'ada,', 'a b', ' ']) {
    assert.throws(() => readConfig({ LATCHKEY_ADMINS: text }), /LATCHKEY_ADMINS: must be user names/, text)
  }
})

test('what cannot be used is named', () => {
  assert.throws(() => readConfig({ PORT: 'http' }), /PORT: must be a port/)
  assert.throws(() => readConfig({ PORT: '70000' }), /PORT/)
  assert.throws(() => readConfig({ LATCHKEY_ALLOW_PRIVATE: 'yes' }), /LATCHKEY_ALLOW_PRIVATE: must be 0 or 1/)
})

test('data are in a file by default, or where DATABASE_URL says, and sessions are with them', () => {
  const file = { kind: 'sqlite', path: 'data/console.sqlite', variable: 'LATCHKEY_DATA' }
  assert.deepEqual([readConfig({}).database, readConfig({}).sessions], [file, { kind: 'database' }])
  assert.deepEqual(readConfig({ LATCHKEY_DATA: 'x.db' }).database, { ...file, path: 'x.db' })
  for (const [text, path] of [
    ['sqlite:data/x.db', 'data/x.db'],
    ['sqlite:///srv/x.db', '/srv/x.db'],
    ['file:x.db', 'x.db'],
    ['file:///srv/a%20b.db', '/srv/a b.db'],
  ] as const) {
    const expected = { kind: 'sqlite', path }
    assert.deepEqual(readConfig({ DATABASE_URL: text }).database, { ...expected, variable: 'DATABASE_URL' })
    assert.deepEqual(readConfig({ SESSION_STORE: text }).sessions, expected)
  }
  for (const url of ['postgres://u:p@db.example/console', 'postgresql:///console?host=/run/postgresql']) {
    assert.deepEqual(readConfig({ DATABASE_URL: url }).database, { kind: 'postgres', url })
    assert.deepEqual(readConfig({ SESSION_STORE: url }).sessions, { kind: 'postgres', url })
  }
  for (const url of ['redis://:p@cache.example', 'rediss://cache.example:6380/1']) {
    assert.deepEqual(readConfig({ SESSION_STORE: url }).sessions, { kind: 'redis', url })
  }
  assert.deepEqual(readConfig({ SESSION_STORE: 'memory:' }).sessions, { kind: 'memory' })
})

test('a place that cannot be used is named by its setting, with what to write, and never repeated', () => {
  const wrong = [
    'hunter2',
    'mysql://u:hunter2@h/d',
    'postgres://u:hunter2@:x',
    'sqlite:',
    'sqlite://hunter2/x',
  ]
  for (const text of wrong) {
    for (const name of ['DATABASE_URL', 'SESSION_STORE']) {
      const check = ({ message }: Error) => {
        assert.match(
          message,
          new RegExp(`^Cannot start\\. ${name}: must be .*postgres://.*sqlite:PATH[^\\n]*\\.$`),
        )
        assert.doesNotMatch(message, /hunter2/)
        return true
      }
      assert.throws(() => readConfig({ [name]: text }), check, text)
    }
  }
  assert.throws(() => readConfig({ DATABASE_URL: 'redis://h' }), /DATABASE_URL: must be/)
  assert.throws(
    () => readConfig({ DATABASE_URL: 'sqlite:x', LATCHKEY_DATA: 'y' }),
    /^Error: Cannot start\. LATCHKEY_DATA: must be left out/,
  )
})
