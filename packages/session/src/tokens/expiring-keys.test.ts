import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { mintToken } from '../secret/token.ts'
import { createExpiringKeys } from './expiring-keys.ts'

const sid = fc.oneof(
  // A few, so that one comes again; some that a session's sid never looks like.
  fc.integer({ min: 0, max: 40 }).map((n) => Buffer.alloc(15, n).toString('base64url')),
  fc.constantFrom('', 'x', 'latchkey:ended:1', 'A'.repeat(21)),
)
const until = fc.integer({ min: 1, max: 4_000_000_000 })
const step = fc.oneof(
  fc.record({ add: sid, until }),
  fc.record({ forget: until }),
  fc.record({ many: fc.integer({ min: 1, max: 900 }), until }),
)

test('it holds what a Map would, through growth and forgetting', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const set = createExpiringKeys()
      const model = new Map<string, number>()
      const add = (key: string, time: number) => {
        set.add(key, time)
        model.set(key, Math.max(time, model.get(key) ?? 0))
      }
      for (const step of steps) {
        if ('add' in step) add(step.add, step.until)
        else if ('many' in step) for (let n = 0; n < step.many; n++) add(mintToken().sid, step.until)
        else {
          set.forget(step.forget)
          for (const [key, time] of model) if (time <= step.forget) model.delete(key)
        }
        assert.equal(set.size, model.size)
      }
      for (const key of model.keys()) assert.ok(set.has(key))
      for (let n = 0; n <= 40; n++) {
        const key = Buffer.alloc(15, n).toString('base64url')
        assert.equal(set.has(key), model.has(key))
      }
    }),
    { numRuns: 200 },
  )
})

test('a million endings take at most 64 bytes each, and give them back', () => {
  const set = createExpiringKeys()
  const some: string[] = []
  for (let n = 0; n < 1_000_000; n++) {
    const { sid } = mintToken()
    set.add(sid, 1 + (n % 2))
    if (n % 10_000 === 0) some.push(sid)
  }
  assert.ok(set.bytes <= 64 * set.size, `${set.bytes / set.size} bytes each`)
  for (const sid of some) assert.ok(set.has(sid))
  const full = set.bytes
  set.forget(2)
  assert.equal(set.size, 0)
  assert.ok(set.bytes < full / 100)
})
