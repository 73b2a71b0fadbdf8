import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SessionStore } from '../../store.ts'
import { sampleRecord } from '../../testing/laws/record-laws.ts'
import { within } from '../../testing/laws/signed-in.ts'
import { bothDatabases } from './sql.test-helper.ts'
import { sweepInBatches, sweepPage } from './sweeping.ts'

const now = Date.UTC(2026, 0, 1)
const patience = 20_000

async function stored(store: SessionStore, count: number, expiresAt: (index: number) => number) {
  const records = Array.from({ length: count }, (_, index) => sampleRecord({ expiresAt: expiresAt(index) }))
  await Promise.all(records.map((record) => store.create(record)))
  return records.map(({ sid }) => sid)
}

for (const database of await bothDatabases()) {
  const { name } = database

  test(`${name}: two sweep at once past a locked row, and neither waits`, async () => {
    await database.empty()
    const stores = [database.store(), database.store()]
    const [first] = stores
    assert.ok(first)
    const [locked = ''] = await stored(first, 1200, (index) => now - index * 60_000)
    const unlock = await database.lock(locked)
    try {
      const sweeps = Promise.all(stores.map((store) => store.sweep?.(now) ?? 0))
      const counts = await within(patience, sweeps)
      assert.equal(
        counts.reduce((sum, count) => sum + count, 0),
        1199,
      )
      assert.notEqual(await first.read(locked), null, 'a reader does not wait either')
    } finally {
      await unlock()
    }
    assert.equal(await first.sweep?.(now), 1)
  })

  test(`${name}: what is used while it is swept stays, and nothing else goes`, async () => {
    await database.empty()
    const store = database.store()
    const sids = await stored(store, 10, () => now)
    const unused = [...sids]
    const used: string[] = []
    // One more is used before every statement of the sweep, the one that deletes among them.
    const sweeping = database.store(async (sql) => {
      const sid = /expires_at/.test(sql) && unused.pop()
      if (!sid) return
      used.push(sid)
      assert.equal(await store.update(sid, { fields: { expiresAt: now + 1 } }), true)
    })
    const removed = await sweeping.sweep?.(now)
    const left = await Promise.all(sids.map((sid) => store.read(sid)))
    assert.deepEqual(
      left.flatMap((record) => record?.sid ?? []),
      used.toReversed(),
    )
    assert.equal(removed, unused.length)
    assert.ok(used.length >= 2)
  })

  test(`${name}: exactly what has ended goes, whatever slot of the index it is in`, async () => {
    await database.empty()
    const store = database.store()
    const quarter = 15 * 60_000
    const offsets = [-1e12, -2 * quarter, -quarter, -1, 0, 1, quarter - 1, quarter, 2 * quarter, 1e15]
    const sids = await stored(store, offsets.length, (index) => now + (offsets[index] ?? 0))
    for (const [index, offset] of offsets.entries()) {
      const time = now + offset
      assert.equal(await store.sweep?.(time - 1), 0)
      assert.equal(await store.sweep?.(time), 1)
      assert.equal(await store.read(sids[index] ?? ''), null)
    }
    const [shortened = ''] = await stored(store, 1, () => now + quarter)
    await store.update(shortened, { fields: { expiresAt: now } })
    assert.equal(await store.sweep?.(now), 1)
  })
}

test('a sweep goes on page after page, and ends where others hold all of one', async () => {
  const page = Array.from({ length: sweepPage }, (_, index) => String(index))
  const batches: number[] = []
  const pages = [page, page, ['last']]
  const removed = await sweepInBatches(
    {
      find: async () => pages.shift() ?? [],
      async remove(sids) {
        batches.push(sids.length)
        return sids.length
      },
    },
    1000,
  )
  assert.equal(removed, 2 * sweepPage + 1)
  assert.deepEqual(batches, [...Array(40).fill(1000), 1])
  assert.equal(await sweepInBatches({ find: async () => page, remove: async () => 0 }, 1000), 0)
})
