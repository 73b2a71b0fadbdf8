import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeClock } from '../../testing/clock.ts'
import { readKeySet, signingKey } from './key-set.ts'
import { publicJwks } from './public-jwks.ts'
import { newKeys, rotatedKeys } from './rotation.ts'

const statesOf = ({ keys }: { keys: readonly { alg?: string; state?: string }[] }) =>
  keys.map(({ alg, state }) => `${alg} ${state}`)

test('the next key signs, the one before verifies until its last token is gone, and then goes', async () => {
  const clock = fakeClock()
  const { now } = clock
  const first = await newKeys({ lifetime: '5m', now })
  assert.deepEqual(statesOf(first), ['EdDSA current', 'EdDSA next'])
  clock.advance('1h')
  const second = await rotatedKeys(first, { now })
  assert.deepEqual(statesOf(second), ['EdDSA current', 'EdDSA next', 'EdDSA retired'])
  assert.equal(signingKey(readKeySet(second), 'EdDSA')?.kid, first.keys[1]?.kid)
  const retired = readKeySet(second).keys[2]
  // Servers read the keys every 30 s; twice that, the lifetime.
  assert.equal(retired?.until, now() + 60_000 + 300_000)
  assert.equal(publicJwks(readKeySet(second), now()).keys.length, 3)
  clock.advance('8m')
  assert.equal(publicJwks(readKeySet(second), now()).keys.length, 2)
  clock.advance('1h')
  const third = await rotatedKeys(second, { now })
  assert.deepEqual(statesOf(third), ['EdDSA current', 'EdDSA next', 'EdDSA retired'])
  assert.ok(!third.keys.some(({ kid }) => kid === first.keys[0]?.kid))
})

test('a key that nobody may have heard of yet does not sign, unless it has to', async () => {
  const clock = fakeClock()
  const { now } = clock
  const keys = await newKeys({ now })
  clock.advance('9m')
  await assert.rejects(rotatedKeys(keys, { now }), { code: 'config_invalid', message: /--at-once/ })
  assert.equal((await rotatedKeys(keys, { now, atOnce: true })).keys.length, 3)
  clock.advance('1m')
  assert.equal((await rotatedKeys(keys, { now })).keys.length, 3)
})

test('compromised keys go with all that they signed', async () => {
  const clock = fakeClock()
  const { now } = clock
  const first = await newKeys({ algorithms: ['EdDSA', 'ES256'], now })
  clock.advance('1h')
  const second = await rotatedKeys(await rotatedKeys(first, { now }), { now, compromised: true })
  assert.deepEqual(statesOf(second), ['EdDSA current', 'EdDSA next', 'ES256 current', 'ES256 next'])
  const gone = first.keys.filter(({ state }) => state === 'current').map(({ kid }) => kid)
  assert.ok(!second.keys.some(({ kid }) => gone.includes(kid)))
})

test('every algorithm can be made, and a symmetric key is named by chance', async () => {
  const keys = await newKeys({ algorithms: ['EdDSA', 'ES256', 'RS256', 'HS256'] })
  const set = readKeySet(keys)
  assert.equal(set.keys.length, 8)
  for (const { algorithm, kid, thumbprint } of set.keys)
    assert.equal(kid === thumbprint, algorithm !== 'HS256', algorithm)
  const published = publicJwks(set, Date.now()).keys
  assert.deepEqual(
    published.map(({ kty }) => kty),
    ['EC', 'EC', 'RSA', 'RSA', 'OKP', 'OKP'],
  )
  const secrets = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'state', 'since', 'until']
  for (const jwk of published) for (const name of secrets) assert.ok(!(name in jwk), name)
})

test('options that cannot be', async () => {
  const refused = { code: 'config_invalid' }
  await assert.rejects(newKeys({ algorithms: ['none' as 'EdDSA'] }), refused)
  await assert.rejects(newKeys({ algorithms: [] }), refused)
  await assert.rejects(newKeys({ algorithms: ['EdDSA', 'EdDSA'] }), refused)
  await assert.rejects(newKeys({ lifetime: '2d' }), refused)
  await assert.rejects(newKeys({ lifetimes: '5m' } as object), refused)
})
