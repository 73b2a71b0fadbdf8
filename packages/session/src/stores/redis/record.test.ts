import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { SessionRecord } from '../../store.ts'
import { sampleRecord } from '../../testing/laws/record-laws.ts'
import { decodeRecord, encodeRecord, readFields } from './record.ts'

const time = fc.nat(4_102_444_800_000)
const text = fc.string({ unit: 'binary', minLength: 1 }).filter((each) => each.isWellFormed())
const secret = fc.stringMatching(/^[\w-]{1,43}$/)
const key = fc.oneof(text, fc.constantFrom('', '__proto__', 'constructor', 'd:', 'h', 't'))
const records: fc.Arbitrary<SessionRecord> = fc
  .record({
    userId: fc.option(text),
    policy: fc.oneof(fc.constant('default'), text),
    previous: fc.option(
      fc.record(
        { hash: secret, confirmedAt: fc.option(time), nonce: fc.option(secret) },
        { noNullPrototype: true },
      ),
    ),
    createdAt: time,
    authenticatedAt: fc.option(time),
    lastSeenAt: time,
    renewedAt: time,
    expiresAt: time,
    rev: fc.nat(),
    data: fc.dictionary(key, text, { noNullPrototype: true }),
  })
  .map((parts) => sampleRecord(parts))

test('a record comes back as it was', () => {
  fc.assert(
    fc.property(records, (record) => {
      const decoded = decodeRecord(record.sid, replyFor(encodeRecord(record)))
      assert.deepEqual(decoded, record)
      assert.equal(Object.getPrototypeOf(decoded?.data), Object.prototype)
    }),
  )
})

test('what is no record is none', () => {
  for (const pairs of [[], ['h', 'x'], ['t', '1 - 1 1 1 0'], ['d', '{"a":"1"}']]) {
    assert.equal(decodeRecord('sid', replyFor(pairs)), null)
  }
})

test('what the client has made of a record is not taken for none', () => {
  const buffers = replyFor(encodeRecord(sampleRecord())).map((text) => text && Buffer.from(text))
  assert.throws(() => decodeRecord('sid', buffers), { code: 'store_unavailable' })
})

test('a signed-in session without data takes few fields of at most 64 bytes each', () => {
  const pairs = encodeRecord(
    sampleRecord({ userId: 'a-user-id-of-36-characters-in-all-01', authenticatedAt: 1, rev: 999_999 }),
  )
  assert.equal(pairs.length, 6)
  for (const each of pairs) assert.ok(each.length <= 64, each)
})

/** What HMGET answers for a hash of these names and values. */
function replyFor(pairs: readonly string[]): (string | null)[] {
  const valueFor = (name: string) => pairs.find((_, at) => at % 2 === 1 && pairs[at - 1] === name)
  return readFields.map((name) => valueFor(name) ?? null)
}
