import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryStore, type SessionStore } from 'latchkey'
import { fill, readAll } from './fill.ts'

const filling = { from: 10, count: 1000, now: 0, expiresAt: 1_800_000 }

test('stores just the sessions that were asked for', async () => {
  const store = memoryStore()
  await fill(store, { ...filling, user: 'u-000001' })
  assert.equal((await store.list('u-000001')).length, 1000)
  assert.equal(await store.deleteAll(), 1000)
})

test('a store that keeps something else is found out', async () => {
  const store = memoryStore()
  const broken: SessionStore = {
    ...store,
    create: (record) => store.create({ ...record, lastSeenAt: record.lastSeenAt + 1 }),
  }
  await assert.rejects(fill(broken, filling), { code: 'ERR_ASSERTION' })
})

test('a session that is missing when all are read is found out', async () => {
  const store = memoryStore()
  await fill(store, { ...filling, from: 0 })
  await readAll(store, 1000)
  await assert.rejects(readAll(store, 1001), /1000 is missing/)
})
