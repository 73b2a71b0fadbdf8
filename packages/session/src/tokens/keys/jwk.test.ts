import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { calculateJwkThumbprint } from 'jose'
import { importJwk, type Jwk } from './jwk.ts'
import { readKeySet, readPublishedKeys } from './key-set.ts'

const exported = (type: 'ed25519' | 'x25519') =>
  generateKeyPairSync(type as 'ed25519').privateKey.export({ format: 'jwk' }) as Jwk
const ed25519 = exported('ed25519')
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }) as Jwk
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ format: 'jwk' }) as Jwk
const rsa = (modulusLength: number) =>
  generateKeyPairSync('rsa', { modulusLength }).privateKey.export({ format: 'jwk' }) as Jwk
const rsa2048 = rsa(2048)
const oct = (bytes: Uint8Array): Jwk => ({ kty: 'oct', k: Buffer.from(bytes).toString('base64url') })
const publicOf = ({ d: _, p: __, q: ___, dp: ____, dq: _____, qi: ______, ...jwk }: Jwk): Jwk => jwk

test('a key without a name is called by its thumbprint (RFC 7638), as jose has it', async () => {
  for (const jwk of [ed25519, p256, rsa2048]) {
    const thumbprint = await calculateJwkThumbprint(jwk as object)
    assert.equal(importJwk(jwk).kid, thumbprint)
    assert.equal(importJwk(publicOf(jwk)).kid, thumbprint)
  }
  assert.equal(importJwk({ ...p256, kid: '2026-11' }).kid, '2026-11')
})

test('what is published of a key has no secret member, and names Ed25519 by no name that others refuse', () => {
  for (const [jwk, alg] of [
    [ed25519, 'EdDSA'],
    [{ ...ed25519, alg: 'Ed25519' }, 'EdDSA'],
    [p256, 'ES256'],
    [rsa2048, 'RS256'],
  ] as const) {
    const { published, kid } = importJwk(jwk)
    assert.deepEqual(published, { ...publicOf(jwk), kid, use: 'sig', alg })
  }
  assert.equal(importJwk(oct(randomBytes(32))).published, null)
})

test('keys that are weak, odd or broken are refused, and no message holds a part of them', () => {
  const other = exported('ed25519')
  const refused: readonly (readonly [Jwk, RegExp])[] = [
    [oct(randomBytes(31)), /31 bytes/],
    [oct(Buffer.alloc(64, 'a')), /not random/],
    [rsa(1024), /1024 bits/],
    [p384, /neither Ed25519/],
    [exported('x25519'), /neither Ed25519/],
    [{ ...ed25519, x: other.x ?? '' }, /different keys/],
    [{ ...p256, x: 'AAAA' }, /no key/],
    [{ ...ed25519, x: 'no base64url!' }, /no base64url/],
    [{ ...ed25519, alg: 'ES256' }, /alg is not EdDSA/],
    [{ ...ed25519, alg: 'none' }, /alg is not EdDSA/],
    [{ ...ed25519, use: 'enc' }, /use is not sig/],
    [{ ...publicOf(ed25519), key_ops: ['encrypt'] }, /key_ops/],
    [{ ...ed25519, kid: 7 as unknown as string }, /kid is no text/],
    [{ ...ed25519, kid: '' }, /kid is no text/],
  ]
  for (const [jwk, about] of refused) {
    assert.throws(
      () => importJwk(jwk),
      (error: Error) => {
        assert.match(error.message, about)
        assert.ok(!error.message.includes(jwk.d ?? jwk.k ?? '!'))
        return true
      },
    )
  }
})

test('a set of ours is refused for one key that cannot be; of a fetched one, that key is left out', () => {
  const odd = [
    { kty: 'AKP', alg: 'ML-DSA-44', pub: 'AAAA' },
    { kty: 7 },
    null,
    'text',
    publicOf(p384),
    publicOf(exported('x25519')),
    { ...publicOf(p256), use: 'enc' },
    oct(randomBytes(32)),
  ] as Jwk[]
  const good = publicOf(ed25519)
  for (const each of odd) {
    const { keys } = readPublishedKeys({ keys: [each, good, publicOf(rsa2048)] })
    assert.deepEqual(
      keys.map(({ algorithm }) => algorithm),
      ['EdDSA', 'RS256'],
    )
  }
  for (const each of odd.slice(0, 7)) assert.throws(() => readKeySet({ keys: [good, each] }), /keys\[1\]/)
  const leaked = readPublishedKeys({ keys: [ed25519] }).keys[0]
  assert.equal(leaked?.signs, null, 'a private key that somebody published signs nothing here')
})

test('one key of an algorithm signs, and no two share a name', () => {
  assert.throws(() => readKeySet({ keys: [ed25519, exported('ed25519')] }), /2 keys for EdDSA are current/)
  assert.throws(
    () =>
      readKeySet({
        keys: [
          { ...ed25519, kid: 'a' },
          { ...p256, kid: 'a' },
        ],
      }),
    /the kid "a"/,
  )
  assert.throws(() => readKeySet({ keys: [{ ...ed25519, state: 'retired' }] }), /no until/)
  assert.throws(() => readKeySet({ keys: [{ ...ed25519, state: 'old' }] }), /none of current, next, retired/)
  assert.throws(() => readKeySet({ keys: [ed25519], lifetime: 0.5 }), /lifetime/)
  for (const each of [null, [], 'text', {}, { keys: {} }, { keys: [] }]) assert.throws(() => readKeySet(each))
})
