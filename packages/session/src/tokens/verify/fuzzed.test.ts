import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isTokenError } from '../token-error.ts'
import { createTokenGuard } from './guard.ts'
import { audience, currentKey, forged, issuer, keys, noon } from './tokens.test-helper.ts'

const kid = currentKey('EdDSA').kid ?? ''

test('whatever is sent in place of a token, and in a token, is refused by a token error', () => {
  const guard = createTokenGuard({
    issuer,
    audience,
    keys: keys.EdDSA,
    revocations: 'offline',
    now: () => noon,
  })
  const refusesAll = (token: unknown) => {
    try {
      guard.verify(token as string)
    } catch (error) {
      assert.ok(isTokenError(error), String(error))
      assert.equal(error.status, 401)
      return
    }
    assert.fail('it was let in')
  }
  const json = fc.oneof(fc.json(), fc.string({ unit: 'binary' }))
  const part = fc
    .oneof(json, fc.constant(JSON.stringify({ alg: 'EdDSA', typ: 'at+jwt', kid })))
    .map((each) => Buffer.from(each).toString('base64url'))
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 9000 }), fc.anything()), refusesAll),
    { numRuns: 500 },
  )
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => refusesAll(parts.join('.'))),
    { numRuns: 500 },
  )
  // Signed by the right key, so that the payload is read.
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      ),
      (payloadText) =>
        refusesAll(
          forged({ payloadText: typeof payloadText === 'string' ? payloadText : Buffer.from(payloadText) }),
        ),
    ),
    { numRuns: 300 },
  )
  const known = fc.constantFrom('iss', 'aud', 'nbf', 'scope')
  fc.assert(
    fc.property(
      known,
      fc.oneof(fc.double(), fc.constantFrom(null, true, {}, [], '\ud83d')),
      (name, value) => {
        if (name !== 'nbf' || typeof value !== 'number') refusesAll(forged({ claims: { [name]: value } }))
      },
    ),
    { numRuns: 200 },
  )
})
