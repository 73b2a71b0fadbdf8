import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fakeClock } from '../../testing/clock.ts'
import { tokens } from '../issue/tokens.ts'
import { createTokenGuard } from '../verify/guard.ts'
import { audience, forged, goodClaims, issuer, keys, noon, outcome } from '../verify/tokens.test-helper.ts'
import { keysFromFile } from './sources.ts'

async function setUp(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-keys-'))
  t.after(() => rm(folder, { recursive: true }))
  const path = join(folder, 'keys.json')
  const write = (text = JSON.stringify(keys.EdDSA)) => writeFile(path, text)
  await write()
  const clock = fakeClock(noon)
  const warnings: string[] = []
  const warn = (message: string) => void warnings.push(message)
  return { clock, path, write, warnings, given: { issuer, keys: keysFromFile(path), now: clock.now, warn } }
}

test('a key file that can no longer be read is told of once a minute, and its keys go on', async (t) => {
  const { clock, path, write, warnings, given } = await setUp(t)
  const issuing = tokens(given)
  const guard = createTokenGuard({ ...given, audience, revocations: 'offline' })
  const ask = async () => {
    const token = forged({ claims: goodClaims(clock.now()) })
    assert.equal(await outcome(() => guard.verify(token)), 'alice')
    assert.equal((await issuing.publicJwks()).keys.length, keys.EdDSA.keys.length)
  }
  await ask()
  assert.deepEqual(warnings, [])
  const secret = keys.EdDSA.keys[0]?.d ?? ''
  await write(`{ "keys": [{ "d": "${secret}`)
  clock.advance('31s')
  await ask()
  await ask()
  const told = (what: string) =>
    `latchkey: ${what}: the file ${path} cannot be used: it is no JSON. What was read before is used meanwhile.`
  const both = [told('createTokenGuard'), told('tokens')]
  assert.deepEqual(warnings, both)
  clock.advance('50s')
  await ask()
  assert.deepEqual(warnings, both, 'asked again within the minute')
  clock.advance('11s')
  await ask()
  assert.deepEqual(warnings, [...both, ...both])
  await write()
  clock.advance('2m')
  await ask()
  assert.equal(warnings.length, 4)
})

test('keys that could never be read are told of where nobody hears what is thrown', async () => {
  const warnings: string[] = []
  const keys = { name: 'a store', changes: true, read: () => Promise.reject(new Error('down')) }
  const issuing = tokens({ issuer, keys, now: () => noon, warn: (message) => void warnings.push(message) })
  await assert.rejects(issuing.publicJwks(), { code: 'keys_unavailable' })
  assert.deepEqual(warnings, ['latchkey: tokens: a store cannot be used: down.'])
})

test('a warning that cannot be given stops nothing', async (t) => {
  const { clock, path, given } = await setUp(t)
  const warn = () => {
    throw new Error('broken')
  }
  const guard = createTokenGuard({ ...given, warn, audience, revocations: 'offline' })
  await rm(path)
  clock.advance('31s')
  const token = forged({ claims: goodClaims(clock.now()) })
  assert.equal(await outcome(() => guard.verify(token)), 'alice')
  await writeFile(path, '')
})
