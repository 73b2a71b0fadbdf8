import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import type { SessionRecord } from '../../store.ts'
import { sampleRecord } from '../../testing/laws/record-laws.ts'
import { dataText } from '../data/lazy-data.ts'
import { recordBytes } from '../data/record-bytes.ts'
import { PackedRecords } from './records.ts'
import { joinRing, leaveRing, ringOf } from './rings.ts'

// Of core's form, almost of it, and of any other; few, so that they come back.
const base64url = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
const usualSids = Array.from({ length: 12 }, (_, n) => hash('sha256', `${n}`, 'base64url').slice(0, 20))
const [first = ''] = usualSids
const oddSids = [
  '',
  's',
  `${first}A`,
  first.slice(1),
  `+${first.slice(1)}`,
  `${first.slice(1)}é`,
  `${first.slice(1)}\n`,
]
const anySid = fc.constantFrom(...usualSids, ...oddSids)
const text = fc.string({ unit: 'grapheme', maxLength: 8 })
const time = fc.oneof(fc.nat(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(-0))
const secretHash = fc.oneof(
  fc.string({ unit: fc.constantFrom(...base64url), minLength: 64, maxLength: 64 }),
  fc.constantFrom('', 'n'.repeat(43), `+${'n'.repeat(63)}`, 'n'.repeat(65), `é${'n'.repeat(63)}`),
)
const plain = { noNullPrototype: true } as const
const anyRecord = fc.record(
  {
    sid: anySid,
    userId: fc.oneof(fc.constantFrom(null, 'u', '', '🦊'), text),
    secretHash,
    previous: fc.option(
      fc.record({ hash: secretHash, confirmedAt: fc.option(fc.nat()), nonce: fc.option(text) }, plain),
    ),
    policy: fc.oneof(fc.constantFrom('default', 'remembered', '__proto__'), text),
    createdAt: time,
    authenticatedAt: fc.option(time),
    lastSeenAt: time,
    renewedAt: time,
    expiresAt: time,
    rev: fc.nat(),
    data: fc.dictionary(fc.oneof(fc.constantFrom('a', '__proto__', '"', '\\'), text), text, {
      maxKeys: 4,
      ...plain,
    }),
  },
  plain,
)

const anyDeed = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('put' as const), record: anyRecord }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('remove' as const), sid: anySid }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const) }) },
  // More than a page has rows, and than the hash table begins with.
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('put many' as const, 'remove many' as const) }) },
)

const many = Array.from({ length: 1100 }, (_, n) =>
  sampleRecord({
    userId: `u${n}`,
    data: { n: `${n}` },
    sid: hash('sha256', `many ${n}`, 'base64url').slice(0, 20),
  }),
)

/** What a plain Map would have done, and one ring of all in the order in which they came. */
function compared() {
  const packed = new PackedRecords()
  const model = new Map<string, SessionRecord>()
  let oldest = 0

  function put(record: SessionRecord): void {
    const slot = packed.find(record.sid)
    assert.equal(slot !== 0, model.has(record.sid))
    if (slot !== 0) {
      // Looked at before, as a request does.
      assert.deepEqual({ ...packed.record(slot) }, model.get(record.sid))
      packed.replace(slot, record, dataText(record))
    } else {
      const added = packed.add(record, dataText(record))
      joinRing(packed, added, oldest)
      oldest ||= added
    }
    model.set(record.sid, record)
  }
  function remove(sid: string): void {
    const slot = packed.find(sid)
    assert.equal(slot !== 0, model.delete(sid))
    if (slot === 0) return
    assert.equal(packed.record(slot).sid, sid)
    const after = leaveRing(packed, slot)
    if (slot === oldest) oldest = after
    packed.remove(slot)
  }
  function clear(): void {
    assertSame()
    packed.clear()
    model.clear()
    oldest = 0
  }
  function assertSame(): void {
    const all = [...model.values()]
    assert.equal(packed.size, all.length)
    assert.equal(
      packed.bytes,
      all.reduce((sum, { userId, data }) => sum + recordBytes(userId, JSON.stringify(data)), 0),
    )
    const bySlot = Array.from(packed.slots(), (slot) => packed.record(slot).sid)
    assert.deepEqual(bySlot.sort(), [...model.keys()].sort())
    assert.deepEqual(
      Array.from(ringOf(packed, oldest), (slot) => packed.record(slot).sid),
      [...model.keys()],
    )
    for (const record of all) {
      const slot = packed.find(record.sid)
      assert.deepEqual({ ...packed.record(slot) }, record)
      assert.deepEqual([packed.userId(slot), packed.expiresAt(slot)], [record.userId, record.expiresAt])
    }
    for (const sid of [...usualSids, ...oddSids]) assert.equal(packed.find(sid) !== 0, model.has(sid))
  }
  return { packed, put, remove, clear, assertSame }
}

test('packed records are those of a plain Map, whatever is put, replaced and removed', () => {
  fc.assert(
    fc.property(fc.array(anyDeed, { maxLength: 40, size: 'max' }), (deeds) => {
      const { packed, put, remove, clear, assertSame } = compared()
      for (const deed of deeds) {
        if (deed.do === 'put') put(deed.record)
        if (deed.do === 'remove') remove(deed.sid)
        if (deed.do === 'clear') clear()
        if (deed.do === 'put many') for (const record of many) put(record)
        // Not in the order in which they came, and not all.
        if (deed.do === 'remove many') for (const { sid } of many.toReversed().slice(7)) remove(sid)
        if (packed.size < 100) assertSame()
      }
      assertSame()
    }),
  )
})

test('rows that are free are used again before there are more of them', () => {
  const packed = new PackedRecords()
  const slots = many.map((record) => packed.add(record, '{}'))
  for (const slot of slots) packed.remove(slot)
  assert.deepEqual([packed.size, packed.bytes], [0, 0])
  assert.deepEqual(many.map((record) => packed.add(record, '{}')).sort(), slots.sort())
})

test('a row that is free keeps nothing of its record', () => {
  const packed = new PackedRecords()
  const slot = packed.add(sampleRecord({ userId: 'alice', policy: 'p' }), '{"a":"1"}')
  packed.remove(slot)
  const { sid, userId, secretHash, policy, createdAt, expiresAt } = packed.fields(slot)
  assert.deepEqual(
    { sid, userId, secretHash, policy, createdAt, expiresAt },
    {
      sid: 'A'.repeat(20),
      userId: null,
      secretHash: 'A'.repeat(64),
      policy: 'default',
      createdAt: 0,
      expiresAt: 0,
    },
  )
  assert.equal(packed.data(slot), null)
})

test('a record that was given stays as it was, and nobody can change it', () => {
  const packed = new PackedRecords()
  const previous = { hash: 'h', confirmedAt: null, nonce: null }
  const record = sampleRecord({ previous, data: { a: '1' } })
  const before = { ...record, previous: { ...previous } }
  const slot = packed.add(record, dataText(record))
  previous.hash = 'changed'
  const given = packed.record(slot)
  for (const each of [given, given.data, given.previous]) assert.ok(Object.isFrozen(each))
  packed.replace(slot, { ...record, userId: 'u' }, '{}')
  assert.deepEqual({ ...given }, before)
  packed.remove(slot)
  packed.add(sampleRecord(), '{}')
  assert.deepEqual({ ...given }, before)
})
