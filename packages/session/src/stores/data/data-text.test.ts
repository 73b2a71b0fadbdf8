import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseData } from './data-text.ts'

const keys = ['a', '', '"', '\\', '\n', 'a"', '"a', '\\n', '\\"', '\n\n', '\\\\', '__proto__', '🔑', '\u2028']
const text = fc.oneof(
  fc.constantFrom(...keys, '":"', '","', '{}'),
  fc.string({ unit: 'grapheme', maxLength: 5 }),
)

test('keys and values are read to the letter, also where V8 confuses keys', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(text, text), { maxLength: 6, selector: ([key]) => key }), (pairs) => {
      const json = JSON.stringify(Object.fromEntries(pairs))
      assert.deepEqual(Object.entries(parseData(json)).sort(), [...pairs].sort())
    }),
    { numRuns: 5000 },
  )
  const confused = ['{"\\\\":"1"}', '{"\\n":"1"}', '{"\\"":"1"}'].map((json) => Object.keys(parseData(json)))
  assert.deepEqual(confused, [['\\'], ['\n'], ['"']])
})
