import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { isSid, mintSecret, mintToken, parseToken, sameHash } from './token.ts'

test('a token is 64 base64url characters: 20 of sid, 44 of secret', () => {
  const token = mintToken()
  assert.match(token.text, /^[\w-]{64}$/)
  assert.equal(token.sid, token.text.slice(0, 20))
  assert.equal(token.secretHash, createHash('sha256').update(token.text.slice(20)).digest('base64url'))
  assert.deepEqual(parseToken(token.text), { sid: token.sid, secretHash: token.secretHash })
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
  assert.equal(parseToken(next.text)?.secretHash, next.secretHash)
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

test('hashes are compared in full', () => {
  const { secretHash } = mintToken()
  assert.equal(sameHash(secretHash, `${secretHash}`), true)
  for (const other of [
    '',
    secretHash.slice(1),
    `${secretHash}A`,
    mintToken().secretHash,
    secretHash.toLowerCase(),
  ]) {
    assert.equal(sameHash(secretHash, other), false)
  }
})
