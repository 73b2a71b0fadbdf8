import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { merged } from './merged.ts'

test('what is unset goes, what is set is there, all else stays', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd', '__proto__', 'constructor', '1')
  const data = fc.uniqueArray(fc.tuple(key, fc.string()), { selector: ([name]) => name })
  fc.assert(
    fc.property(data, fc.option(data), fc.option(fc.array(key)), (before, set, unset) => {
      const patch = { ...(set && { set: Object.fromEntries(set) }), ...(unset && { unset }) }
      const expected = new Map(before)
      for (const name of unset ?? []) expected.delete(name)
      for (const [name, text] of set ?? []) expected.set(name, text)
      const after = merged(Object.fromEntries(before), patch)
      assert.deepEqual(Object.entries(after).sort(), [...expected].sort())
    }),
  )
})

test('each key that is unset is looked for once, not once for each key there is', () => {
  let looked = 0
  const unset = new Proxy(
    Array.from({ length: 500 }, (_, n) => `k${n}`),
    {
      get(target, name, receiver) {
        if (typeof name === 'string' && /^\d+$/.test(name)) looked++
        return Reflect.get(target, name, receiver)
      },
    },
  )
  const data = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`k${499 - n}`, '1']))
  assert.deepEqual(merged(data, { unset }), {})
  assert.equal(looked, 500)
})
