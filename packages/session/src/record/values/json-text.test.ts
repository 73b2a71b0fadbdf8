import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseJson } from './json-text.ts'
import { parseValue } from './values.ts'

const confusing = [
  'a',
  '',
  '"',
  '\\',
  '\n',
  'a"',
  'a\\',
  '\\n',
  '\\"',
  '\\u',
  '\u0001',
  '__proto__',
  '🔑',
  '1',
]

test('what is read is what was written, also where V8 confuses keys', () => {
  const key = fc.oneof(fc.constantFrom(...confusing), fc.string({ unit: 'grapheme', maxLength: 3 }))
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.oneof(fc.constantFrom(null, true, 0, -1.5e-7, ...confusing, '":{', ',]'), fc.string()),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  }))
  const space = fc.constantFrom(undefined, 2, '\t')
  fc.assert(
    fc.property(value, space, (original, indent) =>
      assert.deepStrictEqual(parseJson(JSON.stringify(original, null, indent)), original),
    ),
    { numRuns: 3000 },
  )
  const confused = ['{"\\\\":{"a":1}}', '{"\\n":{"a":1}}', '[{"\\"":1}]'].map((json) => parseJson(json))
  assert.deepEqual(confused, [{ '\\': { a: 1 } }, { '\n': { a: 1 } }, [{ '"': 1 }]])
})

test('what is no JSON is refused as ever', () => {
  for (const text of ['', '{', '{"\\":1', '[1,]', 'undefined', "{'a':1}"])
    assert.throws(() => parseJson(text), SyntaxError)
})

test('so are the values of a session', () => {
  const poisoned: unknown = JSON.parse('{"h":[],"\\\\":0}')
  assert.ok(poisoned)
  assert.deepEqual(parseValue('k', '{"h":1,"\\"":2}'), { h: 1, '"': 2 })
})
