import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { fakeClock } from '../../testing/clock.ts'
import { createDpop, type DpopOptions } from './dpop.ts'
import { kinds, prover } from './prover.test-helper.ts'
import { memoryReplays } from './replays.ts'

const url = 'https://id.example.com/token'
const request = { method: 'POST', url, accessToken: null }
const secret = randomBytes(32).toString('base64url')

function started(options: DpopOptions = {}) {
  const clock = fakeClock()
  return { clock, dpop: createDpop(options, clock.now) }
}

for (const kind of kinds) {
  test(`a proof by ${kind} is taken, once`, async () => {
    const { clock, dpop } = started()
    const client = await prover(kind)
    const proven = dpop.judge(await client.prove({ url, at: clock.now() }), request)
    assert.ok('thumbprint' in proven, JSON.stringify(proven))
    assert.equal(proven.thumbprint, client.thumbprint)
    assert.equal(await dpop.use(proven), null)
    assert.deepEqual(await dpop.use(proven), { error: 'invalid_dpop_proof', why: 'it was used before' })
  })
}

test('what does not fit the request is refused', async () => {
  const { clock, dpop } = started()
  const client = await prover()
  const other = await prover('EdDSA')
  const twin = await prover()
  const privateJwk = { ...client.jwk, d: client.jwk.x }
  const wrong: readonly (readonly [Record<string, unknown>, Record<string, unknown>])[] = [
    [{ htm: 'GET' }, {}],
    [{ htm: 'post' }, {}],
    [{ htm: undefined }, {}],
    [{ htu: 'https://id.example.com/token/' }, {}],
    [{ htu: 'https://id.example.com/Token' }, {}],
    [{ htu: 'https://id.example.com/%74oken' }, {}],
    [{ htu: 'http://id.example.com/token' }, {}],
    [{ htu: 'https://id.example.com:444/token' }, {}],
    [{ htu: 'https://me@id.example.com/token' }, {}],
    [{ htu: 'https:\\\\id.example.com/token' }, {}],
    [{ htu: ' https://id.example.com/token' }, {}],
    [{ htu: '/token' }, {}],
    [{ htu: undefined }, {}],
    [{ htu: ['https://id.example.com/token'] }, {}],
    [{ jti: undefined }, {}],
    [{ jti: '' }, {}],
    [{ jti: 'j'.repeat(257) }, {}],
    [{ iat: Math.floor(clock.now() / 1000) - 301 }, {}],
    [{ iat: Math.floor(clock.now() / 1000) + 301 }, {}],
    [{ iat: undefined }, {}],
    [{}, { typ: 'JWT' }],
    [{}, { typ: undefined }],
    [{}, { jwk: undefined }],
    [{}, { jwk: other.jwk }],
    [{}, { jwk: twin.jwk }],
    [{}, { jwk: privateJwk }],
    [{}, { jwk: { kty: 'oct', k: randomBytes(32).toString('base64url') } }],
    [{}, { b64: true, crit: ['b64'] }],
  ]
  for (const [claims, header] of wrong) {
    const proof = await client.prove({ url, at: clock.now() }, claims, header)
    const judged = dpop.judge(proof, request)
    assert.ok('error' in judged, JSON.stringify([claims, header]))
    assert.equal(judged.error, 'invalid_dpop_proof')
  }
})

test('an address is the same however its parts that mean the same are written', async () => {
  const { clock, dpop } = started()
  const client = await prover()
  for (const htu of [
    url,
    'HTTPS://ID.example.COM/token',
    'https://id.example.com:443/token',
    'https://id.example.com/a/../token?some=query#part',
  ]) {
    const judged = dpop.judge(await client.prove({ url, at: clock.now() }, { htu }), request)
    assert.ok('thumbprint' in judged, htu)
  }
})

test('a proof is of one access token', async () => {
  const { clock, dpop } = started()
  const client = await prover()
  const presented = { ...request, accessToken: 'one' }
  const judge = async (token?: string) =>
    dpop.judge(await client.prove({ url, at: clock.now(), ...(token && { token }) }), presented)
  assert.ok('thumbprint' in (await judge('one')))
  assert.ok('error' in (await judge('other')))
  assert.ok('error' in (await judge()))
})

test('a used proof is remembered for as long as its time is good', async () => {
  const { clock, dpop } = started()
  const client = await prover()
  const ahead = await client.prove({ url, at: clock.now() + 300_000 })
  const first = dpop.judge(ahead, request)
  assert.ok('thumbprint' in first)
  assert.equal(await dpop.use(first), null)
  clock.advance('599s')
  const other = dpop.judge(await client.prove({ url, at: clock.now() }), request)
  assert.ok('thumbprint' in other)
  assert.equal(await dpop.use(other), null, 'which has the memory cleaned')
  const again = dpop.judge(ahead, request)
  assert.ok('thumbprint' in again)
  assert.ok(await dpop.use(again))
  clock.advance('2s')
  assert.ok('error' in dpop.judge(ahead, request))
})

test('with as many proofs as it may remember, no further one is taken', async () => {
  const { clock, dpop } = started({ replays: memoryReplays({ maxEntries: 2 }) })
  const client = await prover()
  const use = async () => {
    const proven = dpop.judge(await client.prove({ url, at: clock.now() }), request)
    assert.ok('thumbprint' in proven)
    return dpop.use(proven)
  }
  await use()
  await use()
  await assert.rejects(use())
  clock.advance('11m')
  assert.equal(await use(), null)
})

test('with nonces, a proof needs one of now, and no clock of its client', async () => {
  const { clock, dpop } = started({ nonce: { secret, lifetime: '1m' } })
  const client = await prover()
  const judge = async (nonce: unknown, at = clock.now()) =>
    dpop.judge(await client.prove({ url, at }, { nonce }), request)
  const stale = { error: 'use_dpop_nonce' }
  for (const nonce of [undefined, '', 'x', 5, 'A'.repeat(30)])
    assert.partialDeepStrictEqual(await judge(nonce), stale)
  const nonce = dpop.nonce()
  assert.ok('thumbprint' in (await judge(nonce)))
  assert.ok('thumbprint' in (await judge(nonce, clock.now() - 86_400_000)))
  clock.advance('1m')
  assert.ok('thumbprint' in (await judge(nonce)))
  clock.advance('1m')
  assert.partialDeepStrictEqual(await judge(nonce), stale)
  const elsewhere = createDpop({ nonce: { secret, lifetime: '1m' } }, clock.now)
  assert.ok('thumbprint' in (await judge(elsewhere.nonce())), 'of another process with the same secret')
  const stranger = createDpop({ nonce: { secret: randomBytes(32).toString('base64url') } }, clock.now)
  assert.partialDeepStrictEqual(await judge(stranger.nonce()), stale)
})

test('a weak secret and unknown options are refused', () => {
  const code = { code: 'config_invalid' }
  assert.throws(() => started({ nonce: { secret: 'secret' } }), code)
  assert.throws(() => started({ nonces: {} } as DpopOptions), code)
})

test('whatever bytes come as a proof, it is judged and nothing is thrown', async () => {
  const { clock, dpop } = started()
  const client = await prover()
  const proof = await client.prove({ url, at: clock.now() })
  const [head = '', body = '', signature = ''] = proof.split('.')
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value) ?? 'null').toString('base64url')
  const refused = (text: string) => {
    const judged = dpop.judge(text, request)
    assert.ok('error' in judged, text)
  }
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), refused))
  const members = { kty: fc.jsonValue(), crv: fc.jsonValue(), x: fc.jsonValue(), y: fc.jsonValue() }
  const jwk = fc.oneof(fc.jsonValue(), fc.record({ ...members, n: fc.jsonValue(), e: fc.jsonValue() }))
  fc.assert(
    fc.property(jwk, fc.jsonValue(), fc.jsonValue(), (key, claims, odd) => {
      const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: key }
      refused(`${encoded({ ...header, alg: odd })}.${body}.${signature}`)
      refused(`${encoded({ ...header, typ: odd })}.${body}.${signature}`)
      refused(`${encoded(header)}.${encoded(claims)}.${signature}`)
    }),
  )
  fc.assert(
    fc.property(fc.nat(proof.length - 1), fc.constantFrom(...'AZaz09-_.'), (at, other) => {
      if (proof[at] === other) return
      refused(proof.slice(0, at) + other + proof.slice(at + 1))
    }),
  )
  const rude = { toString: [], valueOf: null }
  const jwkOf = (jwk: object) => ({ typ: 'dpop+jwt', alg: 'ES256', jwk })
  for (const header of [
    { typ: rude },
    { ...jwkOf({}), alg: rude },
    rude,
    jwkOf({ kty: rude }),
    jwkOf({ n: rude }),
  ])
    refused(`${encoded(header)}.${body}.${signature}`)
  refused(`${head}.${body}.`)
  refused(`${proof}, ${proof}`)
})
