import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sampleRecord } from '../../testing/laws/record-laws.ts'
import { withData } from '../data/lazy-data.ts'
import { recordBytes } from '../data/record-bytes.ts'
import { memoryStore } from '../memory/memory.ts'
import { cached } from './cached.ts'
import { createCopies } from './copies.ts'

const now = { elapsed: 0, time: 0 }

test('the copies read longest ago make room for one that needs it, by number and by bytes', () => {
  const copies = createCopies(3, 20_000)
  const records = [1000, 1000, 1000, 1000, 18_500].map((length, n) =>
    sampleRecord({ sid: `s${n}`, data: { a: 'x'.repeat(length) } }),
  )
  const left = () => records.filter(({ sid }) => copies.get(sid)).map(({ sid }) => sid)
  for (const record of records.slice(0, 4)) copies.keep(record, now)
  assert.deepEqual(left(), ['s1', 's2', 's3'])
  const [, , , , large] = records
  assert.ok(large)
  copies.keep(large, now)
  assert.deepEqual(left(), ['s4'])
  copies.keep(sampleRecord({ sid: 's4', data: { a: 'x'.repeat(20_000) } }), now)
  assert.deepEqual([left(), copies.bytes], [[], 0], 'one that is too large is not kept, nor what it replaces')
})

test('the count of bytes is exact, whatever comes and goes', () => {
  const deed = fc.record({
    do: fc.constantFrom('keep', 'forget', 'clear'),
    sid: fc.nat(9),
    length: fc.nat(4000),
  })
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 60 }), (deeds) => {
      const copies = createCopies(5, 12_000)
      for (const { do: what, sid, length } of deeds) {
        if (what === 'keep')
          copies.keep(sampleRecord({ sid: `s${sid}`, data: { a: 'x'.repeat(length) } }), now)
        if (what === 'forget') copies.forget(`s${sid}`)
        if (what === 'clear') copies.clear()
        const held = Array.from({ length: 10 }, (_, n) => copies.get(`s${n}`)).filter(
          (copy) => copy !== undefined,
        )
        assert.equal(copies.size, held.length)
        assert.equal(
          copies.bytes,
          held.reduce(
            (sum, { record: { userId, data } }) => sum + recordBytes(userId, JSON.stringify(data)),
            0,
          ),
        )
        assert.ok(copies.bytes <= 12_000 && copies.size <= 5)
      }
    }),
  )
})

test('counting parses nothing', () => {
  const { data: _, ...fields } = sampleRecord()
  const broken = withData({ ...fields }, '{"a":')
  const copies = createCopies(2, 20_000)
  copies.keep(broken, now)
  assert.equal(copies.bytes, recordBytes(null, '{"a":'))
  const read = withData({ ...fields }, '{"a":"1"}')
  assert.deepEqual(read.data, { a: '1' })
  copies.keep(read, now)
  assert.equal(copies.bytes, recordBytes(null, '{"a":"1"}'))
})

test('a near cache keeps to its bytes, and says them', async () => {
  const store = cached(memoryStore(), { maxStale: '1h', maxBytes: 5000 })
  const data = { a: 'x'.repeat(1000) }
  const records = Array.from({ length: 4 }, () => sampleRecord({ data }))
  for (const record of records) {
    await store.create(record)
    await store.read(record.sid)
  }
  const { entries, bytes } = store.stats()
  assert.deepEqual([entries, bytes], [3, 3 * recordBytes(null, JSON.stringify(data))])
  assert.throws(() => cached(memoryStore(), { maxStale: '1h', maxBytes: 0 }), /maxBytes/)
  await store.close?.()
})
