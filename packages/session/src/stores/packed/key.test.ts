import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { isNoKey, isSameKey, isUsualSid, keyBytes, sidOfKey, writeKey } from './key.ts'

const base64url = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
const character = fc.constantFrom(...base64url)
const usual = fc.string({ unit: character, minLength: 20, maxLength: 20 })
const odd = fc.string({
  unit: fc.oneof(character, fc.constantFrom('+', '/', '=', ' ', '\n', 'é', 'Ł')),
  maxLength: 21,
})

function keyOf(sid: string): { readonly bytes: Buffer; readonly words: Int32Array } {
  const bytes = Buffer.alloc(keyBytes)
  writeKey(sid, bytes, 0)
  return { bytes, words: new Int32Array(bytes.buffer) }
}

test('a key is of one sid, and gives it back where it has the form of core’s', () => {
  const edit = fc.tuple(fc.nat(19), character)
  fc.assert(
    fc.property(usual, odd, edit, (sid, other, [at, changed]) => {
      const { bytes, words } = keyOf(sid)
      assert.equal(sidOfKey(bytes, 0), sid)
      assert.ok(isSameKey(words, 0, keyOf(sid).words))
      for (const each of [other, `${sid.slice(0, at)}${changed}${sid.slice(at + 1)}`])
        assert.equal(isSameKey(words, 0, keyOf(each).words), each === sid)
    }),
    { numRuns: 2000 },
  )
})

test('a sid made from the hash of another is another', () => {
  const made = hash('sha256', 's', 'buffer').toString('base64url', 0, 15)
  assert.deepEqual([isUsualSid(made), isUsualSid('s')], [true, false])
  assert.equal(isSameKey(keyOf(made).words, 0, keyOf('s').words), false)
})

test('no sid has the key of a free row', () => {
  for (const sid of ['', 's', 'A'.repeat(20)]) assert.equal(isNoKey(keyOf(sid).bytes, 0), false)
  assert.ok(isNoKey(Buffer.alloc(keyBytes), 0))
})
