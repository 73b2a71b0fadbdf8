import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { isSessionError } from '../../errors.ts'
import { encodeValue } from './json.ts'
import { parseJson } from './json-text.ts'
import { isStorable } from './stored-text.ts'

/** Everything JSON can carry, -0 and odd keys among it. */
const anyJson = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(
      fc.constantFrom(null, true, false, 0, -0, '', 5e-324, -1.7976931348623157e308),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.string({ unit: 'binary' }),
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(fc.constantFrom('__proto__', 'toJSON', 'constructor', '0', '"', '\\', '\n'), fc.string()),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
})).value

test('what is accepted comes back deeply equal, also -0', () => {
  fc.assert(
    fc.property(anyJson, (value) => assert.deepStrictEqual(parseJson(encodeValue('k', value)), value)),
    { numRuns: 2000 },
  )
  assert.ok(Object.is(parseJson(encodeValue('k', -0)), -0))
})

test('whatever an object is made of, it comes back deeply equal or is refused', () => {
  const alteration = fc.constantFrom<((value: object) => unknown)[]>(
    (value) => value,
    (value) => Object.assign(value, { extra: 1 }),
    (value) => Object.assign(value, { [Symbol('s')]: 1 }),
    (value) => Object.defineProperty(value, 'hidden', { value: 1, enumerable: false }),
    (value) => Object.defineProperty(value, 'read', { get: () => 1, enumerable: true }),
    (value) => Object.defineProperty(value, 'toJSON', { value: () => 1, enumerable: false }),
    (value) => Object.setPrototypeOf(value, Object.create(Object.getPrototypeOf(value))),
    (value) => Object.setPrototypeOf(value, { toJSON: () => 1 }),
    (value) => Object.assign(value, { length: 3 }),
    (value) => new Proxy(value, {}),
    (value) => Object.freeze(value),
  )
  const original = fc.oneof(
    fc.array(fc.nat(9), { maxLength: 3 }),
    fc.dictionary(fc.string(), fc.nat(9), { maxKeys: 3, noNullPrototype: true }),
  )
  fc.assert(
    fc.property(original, fc.array(alteration, { maxLength: 3 }), (value, alterations) => {
      let altered: unknown = value
      try {
        for (const alter of alterations) altered = alter(altered as object)
      } catch {
        // What is frozen takes no more of them.
      }
      const encoded = encodedUnlessRefused(altered)
      if (encoded === null) return
      // A proxy is equal to nothing; what it shows is.
      const shown = Array.isArray(altered) ? [...altered] : { ...(altered as object) }
      assert.deepStrictEqual(parseJson(encoded), shown)
      assert.equal(Reflect.ownKeys(altered as object).length, Reflect.ownKeys(shown).length)
    }),
    { numRuns: 3000 },
  )
})

function encodedUnlessRefused(value: unknown): string | null {
  try {
    return encodeValue('k', value)
  } catch (error) {
    assert.ok(isSessionError(error) && error.code === 'value_not_json')
    return null
  }
}

test('each member is read once: what was checked is what is stored', () => {
  const shifting = (answers: readonly unknown[]) => {
    let reads = 0
    return { get: () => answers[reads++], enumerable: true }
  }
  const inObject = Object.defineProperty({}, 'a', shifting([1, Number.NaN, new Date(0)]))
  const inArray = Object.defineProperty([0], 0, shifting([1, Number.NaN, new Date(0)]))
  assert.equal(encodeValue('k', inObject), '{"a":1}')
  assert.equal(encodeValue('k', inArray), '[1]')
})

test('an array of another realm is an array', () => {
  assert.equal(encodeValue('k', runInNewContext('[1, [2]]')), '[1,[2]]')
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
    [{ list: Object.assign([1], { toJSON: () => 1 }) }, /"k\.list" has a toJSON method/],
    [Object.assign([1], { total: 2 }), /"k" is an array with a property "total"/],
    [Object.assign([1], { [Symbol('s')]: 2 }), /"k" is an array with a property Symbol\(s\)/],
    [{ a: new (class Basket extends Array {})() }, /"k\.a" is a Basket instance.*plain array/],
    [Object.assign(new Array(3), [1]), /"k\[1\]" is undefined/],
    [Object.defineProperty({}, 'secret', { value: 1 }), /"k" has a hidden property "secret"/],
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
