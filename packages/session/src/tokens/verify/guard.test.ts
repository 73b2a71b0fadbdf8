import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { SignJWT } from 'jose'
import { z } from 'zod'
import { fakeClock } from '../../testing/clock.ts'
import { algorithms } from '../keys/algorithms.ts'
import type { Jwk } from '../keys/jwk.ts'
import { readKeySet } from '../keys/key-set.ts'
import { publicJwks } from '../keys/public-jwks.ts'
import { isTokenError } from '../token-error.ts'
import { createTokenGuard } from './guard.ts'
import type { TokenGuardOptions } from './guard-options.ts'
import {
  audience,
  currentKey,
  type Forged,
  forged,
  goodClaims,
  issuer,
  keys,
  noon,
  outcome,
} from './tokens.test-helper.ts'

function guardOf(more: Partial<TokenGuardOptions> = {}) {
  return createTokenGuard({
    issuer,
    audience,
    keys: keys.EdDSA,
    revocations: 'offline',
    now: () => noon,
    ...more,
  })
}
const verdict = (token: string, more?: Partial<TokenGuardOptions>) =>
  outcome(() => guardOf(more).verify(token))

test('a good token says whose it is, without a promise, and can not be changed', () => {
  const guard = guardOf()
  const token = forged({ claims: { scope: 'read write', own: { list: [1] } } })
  const verified = guard.verify(token)
  assert.ok(!(verified instanceof Promise))
  const { claims, ...rest } = verified
  assert.deepEqual(rest, {
    userId: 'alice',
    sid: 'A'.repeat(20),
    id: claims.jti,
    clientId: 'mobile',
    scope: ['read', 'write'],
    isBound: false,
    issuedAt: noon,
    expiresAt: noon + 300_000,
  })
  const own = claims.own as { list: number[] }
  assert.throws(() => own.list.push(2), TypeError)
  assert.throws(() => Object.assign(claims, { sub: 'eve' }), TypeError)
  assert.equal(guard.verify(token), verified, 'one that was seen is the same object')
})

test('every algorithm, and both names of Ed25519', async () => {
  for (const algorithm of algorithms)
    assert.equal(await verdict(forged({ algorithm }), { keys: keys[algorithm] }), 'alice', algorithm)
  assert.equal(await verdict(forged({ header: { alg: 'Ed25519' } })), 'alice')
  const published = publicJwks(readKeySet(keys.EdDSA), noon)
  assert.equal(await verdict(forged(), { keys: published }), 'alice', 'public keys are enough')
})

test('a token of jose is let in', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const token = await new SignJWT(goodClaims())
    .setProtectedHeader({ alg: 'ES256', typ: 'application/AT+JWT', kid: 'one' })
    .sign(privateKey)
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'one' } as Jwk
  assert.equal(await verdict(token, { keys: { keys: [jwk] } }), 'alice')
})

const [head = '', body = '', signature = ''] = forged().split('.')
const kid = currentKey('EdDSA').kid ?? ''
const text = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

const malformed: Readonly<Record<string, unknown>> = {
  'nothing at all': '',
  'no text': undefined,
  'two parts': `${head}.${body}`,
  'four parts': `${head}.${body}.${signature}.${signature}`,
  'five parts, as a JWE': `${head}.${body}.${signature}.${signature}.${signature}`,
  'no signature': `${head}.${body}.`,
  padding: `${head}.${body}.${signature}==`,
  'the standard alphabet': `${head}.${body}.${'/'.repeat(86)}`,
  'white space': ` ${head}.${body}.${signature}`,
  'a new line': `${head}.${body}.${signature}\n`,
  'bits beyond the last byte': `${head}.${body}.${signature.slice(0, -1)}${signature.endsWith('w') ? 'x' : 'R'}`,
  'one character beyond a byte': `${head}.${body}.${signature}AAA`,
  'a header that is no object': forged({ headerText: '[1]' }),
  'a header that is no JSON': forged({ headerText: '{alg}' }),
  'a header that is not UTF-8': forged({ headerText: Buffer.from('{"alg":"EdDSA","kid":"\xff"}', 'latin1') }),
  'a header with a byte order mark': forged({ headerText: `\ufeff{"alg":"EdDSA","kid":"${kid}"}` }),
  'a header of many levels': forged({ headerText: `{"alg":"EdDSA","kid":"${kid}","x":${nested(500)}}` }),
  'a long header': forged({ header: { x: 'y'.repeat(3000) } }),
  'a token of over 8 KiB': forged({ claims: { x: 'y'.repeat(8000) } }),
  'a member twice': forged({ headerText: `{"alg":"none","alg":"EdDSA","typ":"at+jwt","kid":"${kid}"}` }),
  'a member twice, once escaped': forged({
    headerText: `{"alg":"EdDSA","\\u0061lg":"none","typ":"at+jwt","kid":"${kid}"}`,
  }),
  crit: forged({ header: { crit: ['exp'] } }),
  zip: forged({ header: { zip: 'DEF' } }),
  'an own key': forged({ header: { jwk: { kty: 'OKP' } } }),
  'an address of keys': forged({ header: { jku: 'https://evil.example/jwks.json' } }),
  certificates: forged({ header: { x5c: ['AAAA'] } }),
  'no kid': forged({ headerText: '{"alg":"EdDSA","typ":"at+jwt"}' }),
  'a kid that is a number': forged({ header: { kid: 7 } }),
  'a payload that is no object': forged({ payloadText: '"text"' }),
  'a payload that is not UTF-8': forged({ payloadText: Buffer.from('{"sub":"\xff"}', 'latin1') }),
  'a claim twice': forged({ payloadText: JSON.stringify(goodClaims()).replace('{', '{"sub":"eve",') }),
  'a nested member twice': forged({
    payloadText: JSON.stringify(goodClaims()).replace('{', '{"own":{"a":1,"a":2},'),
  }),
  'a payload of many levels': forged({ claims: { own: JSON.parse(nested(100)) } }),
}
for (const [what, token] of Object.entries(malformed)) {
  test(`malformed: ${what}`, async () => assert.equal(await verdict(token as string), 'token_malformed'))
}

const refused: Readonly<Record<string, readonly [Forged | string, string]>> = {
  none: [`${text({ alg: 'none', typ: 'at+jwt', kid })}.${body}.AA`, 'algorithm_refused'],
  'None in another case': [forged({ header: { alg: 'nOnE' } }), 'algorithm_refused'],
  'the name of another algorithm': [{ header: { alg: 'ES256' } }, 'algorithm_refused'],
  'HS256 with a public key as its secret': [{ algorithm: 'HS256', header: { kid } }, 'algorithm_refused'],
  'no type': [{ headerText: JSON.stringify({ alg: 'EdDSA', kid }) }, 'token_type_wrong'],
  'another type': [{ header: { typ: 'JWT' } }, 'token_type_wrong'],
  'a type of another top': [{ header: { typ: 'text/at+jwt' } }, 'token_type_wrong'],
  'an unknown key': [{ header: { kid: 'other' } }, 'key_unknown'],
  'a kid that every object has': [{ header: { kid: '__proto__' } }, 'key_unknown'],
  'another issuer': [{ claims: { iss: `${issuer}/` } }, 'issuer_wrong'],
  'another audience': [{ claims: { aud: 'https://other.example.com' } }, 'audience_wrong'],
  'a list of other audiences': [{ claims: { aud: ['a', 'b'] } }, 'audience_wrong'],
  'an audience that only begins right': [{ claims: { aud: `${audience}.evil.example` } }, 'audience_wrong'],
  'a list of no texts': [{ claims: { aud: [audience, 1] } }, 'claims_invalid'],
  'no audience': [{ claims: { aud: undefined } }, 'claims_invalid'],
  'no issuer': [{ claims: { iss: undefined } }, 'claims_invalid'],
  'no end': [{ claims: { exp: undefined } }, 'claims_invalid'],
  'an end as text': [{ claims: { exp: '9999999999' } }, 'claims_invalid'],
  'an end of null': [{ claims: { exp: null } }, 'claims_invalid'],
  'an end with a fraction': [{ claims: { exp: noon / 1000 + 60.5 } }, 'claims_invalid'],
  'an end beyond time': [{ claims: { exp: 1e25 } }, 'claims_invalid'],
  'no time of issue': [{ claims: { iat: undefined } }, 'claims_invalid'],
  'no subject': [{ claims: { sub: undefined } }, 'claims_invalid'],
  'a subject that is a number': [{ claims: { sub: 7 } }, 'claims_invalid'],
  'a subject with half an emoji': [{ claims: { sub: '\ud83d' } }, 'claims_invalid'],
  'no session': [{ claims: { sid: undefined } }, 'claims_invalid'],
  'no name': [{ claims: { jti: '' } }, 'claims_invalid'],
  'a scope that is a list': [{ claims: { scope: ['read'] } }, 'claims_invalid'],
  'a binding to a key': [{ claims: { cnf: { jkt: 'A'.repeat(43) } } }, 'dpop_required'],
  'a binding to a certificate': [{ claims: { cnf: { 'x5t#S256': 'A' } } }, 'dpop_required'],
  'an end that has passed': [{ claims: { exp: noon / 1000 - 5 } }, 'token_expired'],
  'a time of issue to come': [{ claims: { iat: noon / 1000 + 6 } }, 'token_not_yet_valid'],
  'a beginning to come': [{ claims: { nbf: noon / 1000 + 6 } }, 'token_not_yet_valid'],
}
for (const [what, [token, code]] of Object.entries(refused)) {
  test(`refused: ${what}`, async () =>
    assert.equal(await verdict(typeof token === 'string' ? token : forged(token)), code))
}

test('within the skew that was agreed on, and not beyond', async () => {
  const seconds = noon / 1000
  const late = forged({ claims: { exp: seconds - 4 } })
  assert.equal(await verdict(late), 'alice')
  assert.equal(await verdict(late, { clockSkew: 0 }), 'token_expired')
  assert.equal(await verdict(forged({ claims: { exp: seconds - 60 } }), { clockSkew: '1m' }), 'token_expired')
  assert.equal(await verdict(forged({ claims: { exp: seconds - 59 } }), { clockSkew: '1m' }), 'alice')
  assert.equal(await verdict(forged({ claims: { iat: seconds + 5, nbf: seconds + 5 } })), 'alice')
  assert.equal(
    await verdict(forged({ claims: { exp: seconds } }), { clockSkew: 0 }),
    'token_expired',
    'at its end',
  )
})

test('a changed bit anywhere in the token is seen', async () => {
  const token = forged()
  const guard = guardOf()
  await guard.verify(token)
  for (let at = 0; at < token.length; at++) {
    if (token[at] === '.') continue
    const other = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
    assert.notEqual(await outcome(() => guard.verify(other)), 'alice', `character ${at}`)
  }
})

test('a type of JWT is taken where it was configured, and no other then', async () => {
  assert.equal(await verdict(forged({ header: { typ: 'JWT' } }), { typ: 'JWT' }), 'alice')
  assert.equal(await verdict(forged(), { typ: 'JWT' }), 'token_type_wrong')
})

test('own claims are typed and checked', async () => {
  const claims = z.strictObject({ role: z.enum(['clerk', 'admin']) })
  const guard = createTokenGuard({
    issuer,
    audience,
    keys: keys.EdDSA,
    revocations: 'offline',
    now: () => noon,
    claims,
  })
  const { claims: found } = await guard.verify(forged({ claims: { role: 'admin' } }))
  const role: 'clerk' | 'admin' = found.role
  assert.deepEqual([role, found.sub], ['admin', 'alice'])
  assert.equal(await outcome(() => guard.verify(forged({ claims: { role: 'root' } }))), 'claims_invalid')
})

test('a scope that is asked for', async () => {
  const guard = guardOf({ scope: ['read'] })
  const token = await guard.verify(forged({ claims: { scope: 'write read' } }))
  guard.requireScope(token, 'write')
  assert.throws(
    () => guard.requireScope(token, 'delete', 'read'),
    (error) => {
      assert.ok(isTokenError(error) && error.code === 'insufficient_scope' && error.status === 403)
      assert.match(error.headers['www-authenticate'] ?? '', /error="insufficient_scope".*scope="delete read"/)
      return true
    },
  )
  for (const scope of ['write', 'reads', undefined])
    assert.equal(await outcome(() => guard.verify(forged({ claims: { scope } }))), 'insufficient_scope')
})

test('a header brings its token in one way only', async () => {
  const guard = guardOf()
  const token = forged()
  for (const header of [`Bearer ${token}`, `bearer ${token}`, `BEARER  ${token} `])
    assert.equal(await outcome(() => guard.verifyHeader(header)), 'alice')
  for (const header of [
    undefined,
    null,
    '',
    'Bearer',
    `Basic ${token}`,
    token,
    `DPoP ${token}`,
    `Bearer\t${token}`,
  ])
    assert.equal(await outcome(() => guard.verifyHeader(header)), 'token_missing')
  for (const header of [`Bearer ${token}, Bearer ${token}`, 'Bearer  ', `Bearer "${token}"`])
    assert.equal(await outcome(() => guard.verifyHeader(header)), 'token_malformed')
})

test('a token that was seen ends with its time, also when the clock is set back', async () => {
  const clock = fakeClock(noon)
  let [before, now] = [0, clock.now]
  const guard = guardOf({ now: () => now() - before })
  const token = forged()
  assert.equal(await outcome(() => guard.verify(token)), 'alice')
  before = 60_000
  assert.equal(await outcome(() => guard.verify(token)), 'token_not_yet_valid')
  before = 0
  clock.advance('5m')
  assert.equal(await outcome(() => guard.verify(token)), 'alice', 'the skew')
  clock.advance('5s')
  assert.equal(await outcome(() => guard.verify(token)), 'token_expired')
  now = () => Number.NaN
  assert.equal(await outcome(() => guard.verify(token)), 'key_unknown', 'no time lets nobody in')
})
