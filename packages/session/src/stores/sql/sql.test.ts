import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isSessionError } from '../../errors.ts'
import { sampleRecord } from '../../testing/laws/record-laws.ts'
import { bothDatabases } from './sql.test-helper.ts'

for (const database of await bothDatabases()) {
  const { name } = database

  test(`${name}: long user ids are told apart to their end, and longer ones refused`, async () => {
    const store = database.store()
    const ids = [`${'🦊'.repeat(500)}1`, `${'🦊'.repeat(500)}2`, 'x'.repeat(2048)]
    for (const userId of ids) await store.create(sampleRecord({ userId }))
    for (const userId of ids) {
      assert.deepEqual(
        (await store.list(userId)).map((record) => record.userId),
        [userId],
      )
    }
    const tooLong = (error: unknown) => isSessionError(error) && error.code === 'user_id_invalid'
    const record = sampleRecord({ userId: 'ö'.repeat(1025) })
    await assert.rejects(store.create(record), tooLong)
    await assert.rejects(store.update(record.sid, { fields: { userId: record.userId } }), tooLong)
    assert.deepEqual(await store.list(String(record.userId)), [])
  })

  test(`${name}: any user id comes back as it was`, async () => {
    const store = database.store()
    const id = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 40 })
      .filter((text) => text.isWellFormed() && !text.includes('\0'))
    const property = fc.asyncProperty(id, async (userId) => {
      const record = sampleRecord({ userId })
      await store.create(record)
      assert.deepEqual(await store.read(record.sid), record)
      assert.ok((await store.list(userId)).some(({ sid }) => sid === record.sid))
    })
    await fc.assert(property, { numRuns: 100 })
  })

  test(`${name}: large values, odd times and any sid are no trouble`, async () => {
    const store = database.store()
    const big = JSON.stringify('ß'.repeat(100_000))
    const record = sampleRecord({ data: { big }, expiresAt: 8.64e15, lastSeenAt: 1767225600000.25 })
    await store.create(record)
    await store.update(record.sid, { set: { more: big }, unset: ['none'] })
    const expected = { ...record, rev: 1, data: { big, more: big } }
    assert.deepEqual(await store.read(record.sid), expected)
    for (const sid of [
      '',
      'x'.repeat(5000),
      'ключ',
      "' OR 1=1 --",
      `${record.sid} `,
      record.sid.toLowerCase(),
    ]) {
      if (sid === record.sid) continue
      assert.equal(await store.read(sid), null)
      assert.equal(await store.update(sid, { set: { a: '1' } }), false)
      assert.equal(await store.delete(sid), false)
    }
    assert.equal(await store.delete(record.sid), true)
  })
}
