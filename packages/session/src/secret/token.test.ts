import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  isFormerSecretOf,
  isSecretOf,
  isSid,
  type MintedToken,
  mintSecret,
  mintToken,
  parseToken,
  renewToken,
} from './token.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url')
const parsed = ({ text }: MintedToken) => parseToken(text) ?? assert.fail()

test('a token is 64 base64url characters: 20 of sid, 44 of secret', () => {
  const token = mintToken()
  assert.match(token.text, /^[\w-]{64}$/)
  assert.equal(token.sid, token.text.slice(0, 20))
  const hash = sha256(token.text.slice(20))
  assert.equal(token.secretHash, hash + sha256(token.text.slice(20, 36)).slice(0, 21))
  assert.deepEqual(parseToken(token.text), { sid: token.sid, hash })
})

test('tokens do not repeat, and every character varies in every place', () => {
  const tokens = Array.from({ length: 4000 }, () => mintToken().text)
  assert.equal(new Set(tokens).size, tokens.length)
  // 4000 samples of 64 characters: a place that misses a character by chance has probability below 1e-25.
  for (let place = 0; place < 64; place++) {
    assert.equal(new Set(tokens.map((text) => text[place])).size, 64, `place ${place}`)
  }
})

test('a new secret keeps the sid', () => {
  const token = mintToken()
  const next = mintSecret(token.sid)
  assert.equal(next.sid, token.sid)
  assert.notEqual(next.secretHash, token.secretHash)
  assert.equal(isSecretOf(parsed(next), next.secretHash), true)
  assert.equal(isSecretOf(parsed(token), next.secretHash), false)
  assert.equal(isFormerSecretOf(token.text, next.secretHash), false, 'no renewal, another family')
})

test('parsing arbitrary text never throws, and accepts only the exact form', () => {
  const nearly = fc.stringMatching(/^[\w-]{60,68}$/)
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), nearly, fc.string({ maxLength: 70 })), (text) => {
      assert.equal(parseToken(text) !== null, /^[A-Za-z0-9_-]{64}$/.test(text) && text.length === 64)
      assert.equal(isSid(text), /^[A-Za-z0-9_-]{20}$/.test(text) && text.length === 20)
    }),
    { numRuns: 2000 },
  )
  assert.equal(parseToken(`${mintToken().text}\n`), null)
})

test('a renewal always makes the same of the same secret and nonce, and something else of any other', () => {
  const token = mintToken()
  const next = renewToken(token.text, 'nonce')
  assert.match(next.text, /^[\w-]{64}$/)
  assert.deepEqual(next, renewToken(token.text, 'nonce'))
  const others = [renewToken(token.text, 'another'), renewToken(mintSecret(token.sid).text, 'nonce')]
  assert.equal(new Set([token.text, next.text, ...others.map(({ text }) => text)]).size, 4)
  assert.equal(isSecretOf(parsed(next), next.secretHash), true)
  assert.equal(isSecretOf(parsed(token), next.secretHash), false)
})

test('a secret of before any number of renewals is known for one, and no other is', () => {
  const first = mintToken()
  let last = first
  for (let n = 0; n < 50; n++) last = renewToken(last.text, `nonce ${n}`)
  assert.equal(isFormerSecretOf(first.text, last.secretHash), true)
  assert.equal(isFormerSecretOf(mintSecret(first.sid).text, last.secretHash), false)
  assert.equal(isFormerSecretOf(first.text, sha256(first.text)), false, 'a record without a family')
})

test('hashes are compared in full', () => {
  const token = mintToken()
  const { secretHash } = token
  assert.equal(isSecretOf(parsed(token), secretHash), true)
  for (const other of ['', secretHash.slice(1), mintToken().secretHash, secretHash.toLowerCase()]) {
    assert.equal(isSecretOf(parsed(token), other), false)
  }
  for (let place = 0; place < 43; place++) {
    const changed = secretHash[place] === 'A' ? 'B' : 'A'
    assert.equal(
      isSecretOf(parsed(token), secretHash.slice(0, place) + changed + secretHash.slice(place + 1)),
      false,
    )
  }
})
