import assert from 'node:assert/strict'
import test from 'node:test'
import { createClientAddress } from 'latchkey'
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
  const browsers = [{}, { HOST: '0.0.0.0' }, { HOST: '0.0.0.0', LATCHKEY_AUDIT_BROWSER: '1' }]
  assert.deepEqual(
    browsers.map((each) => readConfig(each).mayUseBrowser),
    [true, false, true],
  )
  assert.equal(readConfig({ LATCHKEY_TRUST_PROXY: '1' }).loopback, false)
  assert.equal(readConfig({ LATCHKEY_ALLOW_PRIVATE: '1' }).allowedByDefault, false)
})

test('proxies are trusted by their addresses; 1 means those of this machine and of private networks', () => {
  const proxies = (text: string) => readConfig({ LATCHKEY_TRUST_PROXY: text }).trustedProxies
  assert.deepEqual([readConfig({}).trustedProxies, proxies('0'), proxies('')], [[], [], []])
  assert.deepEqual(proxies('192.0.2.7, 2001:db8::/64'), ['192.0.2.7', '2001:db8::/64'])
  assert.equal(readConfig({ LATCHKEY_TRUST_PROXY: '192.0.2.7' }).loopback, false)
  const clientAt = createClientAddress({ trustedProxies: proxies('1') })
  const through = (remoteAddress: string) => clientAt({ remoteAddress, header: () => '203.0.113.9' })
  for (const proxy of ['127.0.0.1', '::1', '::ffff:10.0.3.7', '172.31.0.2', '192.168.1.1', '169.254.9.9']) {
    assert.equal(through(proxy), '203.0.113.9', proxy)
  }
  for (const proxy of ['fd12:3456::1', 'fe80::1']) assert.equal(through(proxy), '203.0.113.9', proxy)
  for (const other of ['198.51.100.4', '172.32.0.1', '100.64.0.1', '2001:db8::1']) {
    assert.equal(through(other), other)
  }
  for (const text of [
    'yes',
    '2',
    'proxy.internal',
    '192.0.2.7,',
    '10.0.0.0/33',
    '0.0.0.0/0',
    '1,192.0.2.7',
  ]) {
    assert.throws(
      () => proxies(text),
      /^Error: Cannot start\. LATCHKEY_TRUST_PROXY: must be 0, 1, or the /,
      text,
    )
  }
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
