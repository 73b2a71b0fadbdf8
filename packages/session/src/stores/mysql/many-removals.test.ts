import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SessionStore } from '../../store.ts'
import { sampleRecord } from '../../testing/laws/record-laws.ts'
import { mysqlDatabase } from '../sql/sql.test-helper.ts'
import { mostRemovals, updateInWhole } from './many-removals.ts'
import type { MysqlClient } from './mysql.ts'
import { mysqlStore } from './mysql.ts'

const database = await mysqlDatabase()
const names = (count: number) => Array.from({ length: count }, (_, n) => `k"\\🔑${n}`)
const dataOf = (keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, '1']))

async function stored(store: SessionStore, keys: readonly string[]) {
  const record = sampleRecord({ data: { ...dataOf(keys), kept: '"kept"' } })
  await store.create(record)
  return record
}

test('thousands of keys are removed in two statements, however many there are', async () => {
  const sent: string[] = []
  const { pool, table } = database
  const client = {
    query: pool.query.bind(pool),
    execute: (statement: Parameters<MysqlClient['execute']>[0]) => {
      sent.push(statement.sql.trim().split(' ')[0] ?? '')
      return pool.execute(statement)
    },
  }
  const store = mysqlStore(client, { table })
  const keys = names(9000)
  const record = await stored(store, keys)
  sent.length = 0
  const patch = { unset: keys, set: { 'k"\\🔑7': '7', new: '2' }, fields: { policy: 'other' } }
  assert.equal(await store.update(record.sid, patch), true)
  assert.deepEqual(sent, ['SELECT', 'UPDATE'])
  const data = { kept: '"kept"', 'k"\\🔑7': '7', new: '2' }
  assert.deepEqual(await store.read(record.sid), { ...record, policy: 'other', rev: 1, data })
})

test('nothing that others write meanwhile is lost, and guards hold', async () => {
  const store = database.store()
  const keys = names(mostRemovals * 3)
  const record = await stored(store, keys)
  const removals = [0, 1, 2].map((part) => keys.slice(part * mostRemovals, (part + 1) * mostRemovals + 1))
  const writes = Array.from({ length: 20 }, (_, n) => store.update(record.sid, { set: { [`w${n}`]: '1' } }))
  const outcomes = await Promise.all([
    ...removals.map((unset) => store.update(record.sid, { unset })),
    ...writes,
  ])
  assert.ok(outcomes.every(Boolean))
  const { data, rev } = (await store.read(record.sid)) ?? record
  assert.deepEqual(Object.keys(data).sort(), ['kept', ...writes.map((_, n) => `w${n}`)].sort())
  assert.equal(rev, outcomes.length)
  const before = await store.read(record.sid)
  for (const guard of [{ rev: rev + 1 }, { secretHash: 'other' }])
    assert.equal(await store.update(record.sid, { unset: keys, guard }), false)
  assert.deepEqual(await store.read(record.sid), before)
  const { secretHash } = record
  assert.equal(await store.update(record.sid, { unset: keys, guard: { rev, secretHash } }), true)
  assert.equal(await store.update(sampleRecord().sid, { unset: keys }), false)
})

test('a guard on the revision is asked once; who always comes too late is told so', async () => {
  const record = sampleRecord()
  let reads = 0
  const steps = {
    read: async () => ({ ...record, rev: reads++ }),
    replace: async () => false,
  }
  assert.equal(await updateInWhole(record.sid, { unset: ['a'], guard: { rev: 0 } }, steps), false)
  assert.equal(reads, 2)
  await assert.rejects(updateInWhole(record.sid, { unset: ['a'] }, steps), { code: 'store_unavailable' })
})
