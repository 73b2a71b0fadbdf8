import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { temporaryPassword } from './temporary-password.ts'

test('every one has all four kinds of characters, no two equal ones in a row, and the length that fits', () => {
  fc.assert(
    fc.property(fc.option(fc.nat(100)), (maxLength) => {
      const made = temporaryPassword(maxLength)
      assert.equal(made.length, Math.max(10, Math.min(20, maxLength ?? 20)))
      for (const kind of [/[A-Z]/, /[a-z]/, /\d/, /[-_!]/]) assert.match(made, kind)
      assert.match(made, /^[A-Za-z]/)
      assert.doesNotMatch(made, /(.)\1/)
    }),
    { numRuns: 500 },
  )
})

test('no two are the same', () => {
  assert.equal(new Set(Array.from({ length: 1000 }, () => temporaryPassword())).size, 1000)
})
