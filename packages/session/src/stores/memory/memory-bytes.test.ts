import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isSessionError } from '../../errors.ts'
import type { SessionPatch, SessionRecord } from '../../store.ts'
import { sampleRecord } from '../../testing/laws/record-laws.ts'
import { dataText } from '../data/lazy-data.ts'
import * as count from '../data/record-bytes.ts'
import { memoryStore } from './memory.ts'

const full = { code: 'store_full' }
const recordBytes = (record: SessionRecord) => count.recordBytes(record.userId, dataText(record))
const bytesOf = (records: Iterable<SessionRecord>) =>
  [...records].reduce((sum, record) => sum + recordBytes(record), 0)

async function isFull(write: Promise<unknown>): Promise<boolean> {
  try {
    await write
    return false
  } catch (error) {
    assert.ok(isSessionError(error) && error.code === 'store_full')
    return true
  }
}

test('visitors with large data leave room for sign-ins, and nobody is evicted', async () => {
  const large = { data: { a: 'x'.repeat(9600) } }
  const store = memoryStore({ maxBytes: 100_000 })
  const visitors = Array.from({ length: 9 }, () => sampleRecord(large))
  for (const visitor of visitors.slice(0, 8)) await store.create(visitor)
  await assert.rejects(store.create(sampleRecord(large)), full)
  await store.create(sampleRecord({ userId: 'alice', ...large }))
  await assert.rejects(store.create(sampleRecord({ userId: 'bob', ...large })), /maxBytes is 100000/)
  for (const { sid } of visitors.slice(0, 8)) assert.notEqual(await store.read(sid), null)
})

test('where it is full, sessions are used, renewed, emptied and ended all the same', async () => {
  const store = memoryStore({ maxBytes: 10_000 })
  const record = sampleRecord({ userId: 'alice', data: { a: 'x'.repeat(9400), b: '1' } })
  await store.create(record)
  await assert.rejects(store.update(record.sid, { set: { c: 'x'.repeat(200) } }), full)
  assert.deepEqual(await store.read(record.sid), record, 'nothing of it was written')
  const secrets = { secretHash: 'n'.repeat(43), previous: { hash: 'h', confirmedAt: null, nonce: 'n' } }
  const patches: SessionPatch[] = [
    { fields: { lastSeenAt: record.lastSeenAt + 60_000, ...secrets } },
    { set: { b: '2' } },
    { unset: ['b'] },
  ]
  for (const patch of patches) assert.equal(await store.update(record.sid, patch), true)
  assert.equal(await store.delete(record.sid), true)
})

test('a visitor goes on where only sign-ins have room left', async () => {
  const store = memoryStore({ maxBytes: 10_000 })
  const visitor = sampleRecord({ data: { a: 'x'.repeat(100) } })
  await store.create(visitor)
  await store.create(sampleRecord({ userId: 'alice', data: { a: 'x'.repeat(8200) } }))
  await assert.rejects(store.update(visitor.sid, { set: { b: '1' } }), full)
  const used = { fields: { lastSeenAt: visitor.lastSeenAt + 60_000 }, unset: ['a'] }
  assert.equal(await store.update(visitor.sid, used), true)
})

test('room is made by sessions that have ended; one that asks for it after its own end does not come back', async () => {
  const store = memoryStore({ maxBytes: 10_000 })
  const started = sampleRecord().createdAt
  const ended = sampleRecord({ userId: 'a', expiresAt: started + 1000, data: { a: 'x'.repeat(4000) } })
  const live = sampleRecord({ userId: 'b', data: { a: 'x'.repeat(3000) } })
  for (const record of [ended, live]) await store.create(record)
  const fields = { lastSeenAt: started + 1000 }
  assert.equal(await store.update(live.sid, { fields, set: { b: 'x'.repeat(4000) } }), true)
  assert.equal(await store.read(ended.sid), null)
  const late = { fields: { lastSeenAt: live.expiresAt }, set: { c: 'x'.repeat(4000) } }
  assert.equal(await store.update(live.sid, late), false)
  assert.equal(await store.read(live.sid), null)
})

test('the count is exact, whatever is written and removed', async () => {
  const sid = fc.nat(5)
  const text = fc.nat(3000).map((length) => 'x'.repeat(length))
  const data = fc.dictionary(fc.constantFrom('a', 'b', 'ключ'), text, { maxKeys: 3, noNullPrototype: true })
  const userId = fc.constantFrom(null, 'u', 'a longer name')
  const deed = fc.oneof(
    fc.record({ do: fc.constant('create' as const), sid, data, userId }),
    fc.record({ do: fc.constant('set' as const), sid, data, userId }),
    fc.record({ do: fc.constantFrom('unset', 'delete', 'sweep', 'deleteAll'), sid }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 60, size: 'max' }), async (deeds) => {
      const maxBytes = 20_000
      const store = memoryStore({ maxBytes })
      const model = new Map<string, SessionRecord>()
      const fits = (record: SessionRecord, before?: SessionRecord) => {
        const grown = recordBytes(record) - (before ? recordBytes(before) : 0)
        return grown <= 0 || bytesOf(model.values()) + grown <= maxBytes * (record.userId === null ? 0.9 : 1)
      }
      for (const each of deeds) {
        const name = `s${each.sid}`
        const before = model.get(name)
        if ('data' in each && each.do === 'create' && !before) {
          const record = sampleRecord({ sid: name, data: each.data, userId: each.userId })
          assert.equal(await isFull(store.create(record)), !fits(record))
          if (fits(record)) model.set(name, record)
        } else if ('data' in each && before) {
          const { data: set, userId } = each
          const after = { ...before, userId, data: { ...before.data, ...set }, rev: before.rev + 1 }
          const patch = { fields: { userId }, set }
          assert.equal(await isFull(store.update(name, patch)), !fits(after, before))
          if (fits(after, before)) model.set(name, after)
        } else if (each.do === 'unset' && before) {
          await store.update(name, { unset: ['a', 'b'] })
          const { a: _, b: __, ...left } = before.data
          model.set(name, { ...before, data: left, rev: before.rev + 1 })
        } else if (each.do === 'delete') {
          await store.delete(name)
          model.delete(name)
        } else if (each.do === 'sweep') {
          assert.equal(await store.sweep?.(0), 0)
        } else if (each.do === 'deleteAll') {
          await store.deleteAll()
          model.clear()
        }
      }
      for (const [name, record] of model) assert.deepEqual(await store.read(name), record)
    }),
  )
})

test('a bound that is none is refused', () => {
  for (const maxBytes of [0, -1, Number.NaN, '1g' as never])
    assert.throws(() => memoryStore({ maxBytes }), { code: 'config_invalid', message: /maxBytes/ })
  memoryStore({ maxBytes: Number.POSITIVE_INFINITY })
})
