import assert from 'node:assert/strict'
import test from 'node:test'
import { seal, unseal } from './sealed.ts'

test('what is sealed is read with its key and holder, and with no other', () => {
  const one = seal('a secret: ü', 'ada')
  const other = seal('a secret: ü', 'ada')
  assert.equal(unseal(one, 'ada'), 'a secret: ü')
  assert.ok(!one.sealed.includes(Buffer.from('secret').toString('base64url').slice(0, 6)))
  assert.notEqual(one.sealed, other.sealed)
  const changed = Buffer.from(one.sealed, 'base64url')
  changed[20] = (changed[20] ?? 0) ^ 1
  for (const [sealed, holder] of [
    [one, 'eve'],
    [{ ...one, key: other.key }, 'ada'],
    [{ ...one, key: '' }, 'ada'],
    [{ ...one, sealed: '' }, 'ada'],
    [{ ...one, sealed: changed.toString('base64url') }, 'ada'],
  ] as const) {
    assert.equal(unseal(sealed, holder), null)
  }
})
