import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import fc from 'fast-check'
import { isSessionError } from '../errors.ts'
import { hashPassword, needsRehash, verifyPassword } from './password.ts'

const coded = (code: string) => (error: unknown) => isSessionError(error) && error.code === code

test('a hash is argon2id in PHC format with the OWASP parameters, and fits only its password', async () => {
  const stored = await hashPassword('correct horse')
  assert.match(stored, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  assert.equal(await verifyPassword('correct horse', stored), true)
  assert.equal(await verifyPassword('correct horsf', stored), false)
  assert.notEqual(await hashPassword('correct horse'), stored)
})

test('verifies a hash that another implementation made', async () => {
  // Test vector of the argon2 reference implementation (version 0x13, argon2id, t=2, m=16, p=1).
  const vector = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
  assert.equal(await verifyPassword('password', vector), true)
  assert.equal(await verifyPassword('Password', vector), false)
})

test('nobody’s password never fits, and costs a hash of the same parameters', async (t) => {
  const { argon2 } = await import('node:crypto').then((crypto) => crypto.default)
  const costs: unknown[] = []
  t.mock.method((await import('node:crypto')).default, 'argon2', (...args: Parameters<typeof argon2>) => {
    const { memory, passes, parallelism, tagLength } = args[1]
    costs.push({ memory, passes, parallelism, tagLength })
    return argon2(...args)
  })
  assert.equal(await verifyPassword('x', null), false)
  assert.equal(await verifyPassword('x', await hashPassword('y')), false)
  assert.equal(costs.length, 3)
  assert.deepEqual(costs[0], costs[2])
})

test('the same characters from another keyboard are the same password', async () => {
  assert.equal(await verifyPassword('Zoe\u0308', await hashPassword('Zo\u00eb')), true)
})

test('needsRehash compares with today’s parameters', async () => {
  const stored = await hashPassword('x')
  assert.equal(needsRehash(stored), false)
  for (const weaker of [
    stored.replace('m=19456', 'm=9728'),
    stored.replace('t=2', 't=1'),
    stored.replace('p=1', 'p=4'),
  ]) {
    assert.equal(needsRehash(weaker), true)
  }
})

test('text that is no such hash is an error, never a match', async () => {
  const stored = await hashPassword('x')
  const wrong = [
    '',
    'x',
    stored.replace('argon2id', 'argon2i'),
    stored.slice(0, -30),
    `${stored}$`,
    stored.replace('v=19', 'v=16'),
  ]
  for (const text of wrong)
    await assert.rejects(verifyPassword('x', text), coded('password_hash_invalid'), text.slice(0, 9))
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), (text) =>
      assert.rejects(verifyPassword('x', text), coded('password_hash_invalid')),
    ),
    { numRuns: 50 },
  )
})

test('a huge password is refused before it costs anything', async () => {
  await assert.rejects(hashPassword('x'.repeat(4097)), coded('password_too_long'))
  assert.equal(await verifyPassword('x'.repeat(1e6), await hashPassword('x')), false)
})

test('a stored hash with parameters that cannot be meant is refused before anything is computed', async (t) => {
  const crypto = (await import('node:crypto')).default
  const stored = await hashPassword('x')
  const computed = t.mock.method(crypto, 'argon2', () => {
    throw new Error('computed')
  })
  const absurd = [
    'm=99999999,t=2,p=1',
    'm=2097153,t=1,p=1',
    'm=1048576,t=5,p=1',
    'm=65536,t=65,p=1',
    'm=19456,t=9999,p=1',
    'm=0,t=2,p=1',
    'm=7,t=2,p=1',
    'm=31,t=2,p=4',
    'm=19456,t=0,p=1',
    'm=19456,t=2,p=0',
  ]
  for (const parameters of absurd) {
    const broken = stored.replace('m=19456,t=2,p=1', parameters)
    await assert.rejects(verifyPassword('x', broken), coded('password_hash_invalid'), parameters)
    assert.throws(() => needsRehash(broken), coded('password_hash_invalid'), parameters)
  }
  assert.equal(computed.mock.callCount(), 0)
  for (const parameters of ['m=2097152,t=1,p=4', 'm=1048576,t=4,p=1', 'm=8,t=1,p=1', 'm=47104,t=1,p=1'])
    assert.equal(typeof needsRehash(stored.replace('m=19456,t=2,p=1', parameters)), 'boolean', parameters)
})

test('many verifications leave threads for files and the DNS', async () => {
  const stored = await hashPassword('x')
  let done = 0
  const all = Array.from({ length: 40 }, () => verifyPassword('x', stored).finally(() => done++))
  await readFile(new URL(import.meta.url))
  assert.ok(done < 20, `${done} of 40 came first`)
  assert.ok((await Promise.all(all)).every(Boolean))
})
