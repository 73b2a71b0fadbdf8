import assert from 'node:assert/strict'
import { createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import { EmbeddedJWK, jwtVerify, SignJWT } from 'jose'
import { jsonwebtoken, jws as old } from '../../../twins/apps/tokens/keys.ts'
import { verifyWithoutRange } from '../../../twins/apps/tokens/psychic-ecdsa.ts'
import { type Forgery, forgeries, hmacMaker, withOtherClaims, withOtherSignature } from './forgeries.ts'
import { type Jws, readJws } from './jws.ts'
import { findTokenSecret } from './token-secret.ts'

const strong = Buffer.from('f1a0c3d97b54e8260d1e4c8b73a95f20')
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })

async function made(alg: string, key: KeyObject | Uint8Array, kid?: string): Promise<Jws> {
  const header = { alg, ...(kid === undefined ? {} : { kid }) }
  const read = readJws(await new SignJWT({ sub: 'ada' }).setProtectedHeader(header).sign(key))
  assert.ok(read)
  return read
}
const of = (all: readonly Forgery[], kind: Forgery['kind']) => all.filter((each) => each.kind === kind)

test('no forgery is good for a sound verifier, and none says anything else of the user', async () => {
  const cases = [
    ['HS256', await made('HS256', strong, 'k'), createSecretKey(strong)],
    ['RS256', await made('RS256', rsa.privateKey, 'k'), rsa.publicKey],
    ['ES256', await made('ES256', ec.privateKey, 'k'), ec.publicKey],
  ] as const
  for (const [alg, jws, key] of cases) {
    await jwtVerify(jws.text, key, { algorithms: [alg] })
    const published = alg === 'HS256' ? null : key
    const all = forgeries(jws, published, null)
    assert.ok(all.length <= 20, `${alg}: ${all.length}`)
    for (const { text, how } of all) {
      assert.deepEqual(JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString()), jws.claims)
      await assert.rejects(jwtVerify(text, key, { algorithms: [alg] }), how)
    }
    for (const text of [withOtherSignature(jws), withOtherClaims(jws, { sub: 'ada', more: 1 })])
      await assert.rejects(jwtVerify(text, key, { algorithms: [alg] }))
  }
})

test('another signature has other bytes, and not only another spelling of the same', async () => {
  for (const [alg, key] of [
    ['HS256', strong],
    ['ES256', ec.privateKey],
  ] as const) {
    const jws = await made(alg, key)
    const other = readJws(withOtherSignature(jws))
    assert.equal(other?.input, jws.input)
    assert.equal(other.signature.length, jws.signature.length)
    assert.notDeepEqual(other.signature, jws.signature)
  }
})

test('each forgery is good for a verifier with the fault that it is for', async () => {
  const signed = await made('RS256', rsa.privateKey, 'k')
  const all = forgeries(signed, rsa.publicKey, null)
  const [none] = of(all, 'none')
  assert.equal(jsonwebtoken.verify(none?.text ?? '', undefined, { algorithms: ['none'] }).sub, 'ada')
  const pem = rsa.publicKey.export({ format: 'pem', type: 'spki' }).toString()
  const pkcs1 = rsa.publicKey.export({ format: 'pem', type: 'pkcs1' }).toString()
  for (const [at, key] of [pem, pem.trimEnd(), pkcs1, pkcs1.trimEnd()].entries())
    assert.ok(old.verify(of(all, 'key-confusion')[at]?.text ?? '', 'HS256', key))
  for (const { text } of [
    ...of(all, 'embedded-jwk'),
    ...of(forgeries(await made('HS256', strong), null, null), 'embedded-jwk'),
  ])
    assert.equal((await jwtVerify(text, EmbeddedJWK)).payload.sub, 'ada')
  for (const { text } of of(all, 'key-name')) assert.ok(old.verify(text, 'HS256', ''))
  const curve = await made('ES256', ec.privateKey)
  const [zeros] = of(forgeries(curve, null, null), 'zero-signature')
  assert.ok(verifyWithoutRange(curve.text, ec.publicKey))
  assert.ok(verifyWithoutRange(zeros?.text ?? '', ec.publicKey))
  assert.ok(!verifyWithoutRange(withOtherSignature(curve), ec.publicKey))
})

test('a well-known secret is found offline, as text and as base64, for each hash', async () => {
  for (const [alg, key, as] of [
    ['HS256', Buffer.from('your-256-bit-secret'), 'as text'],
    ['HS384', Buffer.from('secret'), 'as text'],
    ['HS512', Buffer.from('secretsecretsecretsecretsecretsecret', 'base64'), 'as base64'],
  ] as const) {
    const claims = { sub: 'ada', n: 1 }
    const found = findTokenSecret(readJws(hmacMaker({ alg }, key)(claims)) as Jws)
    assert.equal(found?.found.as, as)
    assert.deepEqual(found.key, key)
    assert.ok(!JSON.stringify(found.found).includes('secret'))
  }
  assert.equal(findTokenSecret(await made('HS256', strong)), null)
  assert.equal(findTokenSecret(await made('RS256', rsa.privateKey)), null)
  assert.equal(findTokenSecret(readJws(hmacMaker({ alg: 'HS256' }, '')({})) as Jws), null)
})
