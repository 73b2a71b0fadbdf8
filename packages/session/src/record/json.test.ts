import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isSessionError } from '../errors.ts'
import { encodeValue } from './json.ts'
import { isStorable } from './stored-text.ts'

test('every JSON value comes back as it was', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      assert.deepEqual(JSON.parse(encodeValue('k', value)), JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('what JSON cannot carry is refused, naming the key and the place', () => {
  const cycle: Record<string, unknown> = {}
  cycle.self = { back: cycle }
  let deep: unknown = 1
  for (let level = 0; level < 200; level++) deep = [deep]
  const refused: [unknown, RegExp][] = [
    [undefined, /"k" is undefined.*delete\(key\)/],
    [() => 1, /"k" is a function/],
    [Symbol('s'), /"k" is a symbol/],
    [10n, /"k" is a BigInt.*toString/],
    [Number.NaN, /"k" is NaN/],
    [{ a: [1, { b: Number.POSITIVE_INFINITY }] }, /"k\.a\[1\]\.b" is Infinity/],
    [new Date(0), /"k" is a Date.*getTime/],
    [{ at: new Date(0) }, /"k\.at" is a Date/],
    [new Map(), /"k" is a Map instance/],
    [new (class Cart {})(), /"k" is a Cart instance/],
    [cycle, /"k\.self\.back" refers back/],
    [{ a: undefined }, /"k\.a" is undefined/],
    [new Array(1), /"k\[0\]" is undefined/],
    [{ toJSON: () => 1 }, /toJSON/],
    [{ [Symbol('s')]: 1 }, /symbol as a key/],
    [deep, /deeper than 100/],
  ]
  for (const [value, message] of refused) {
    assert.throws(
      () => encodeValue('k', value),
      (error) => isSessionError(error) && error.code === 'value_not_json' && message.test(error.message),
      String(message),
    )
  }
})

test('the same object twice is no cycle', () => {
  const shared = { a: 1 }
  assert.equal(encodeValue('k', [shared, shared]), '[{"a":1},{"a":1}]')
})

test('the text is one that every store can keep, and so must the key be', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.ok(isStorable(encodeValue('k', { [text]: text })))
    }),
  )
  for (const key of ['a\0b', '\ud800', 'a\udc00']) {
    assert.throws(
      () => encodeValue(key, 1),
      (error) => isSessionError(error) && error.code === 'value_not_json',
    )
  }
})
