import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryStore } from '../../stores/memory/memory.ts'
import { fakeClock } from '../../testing/clock.ts'
import { sampleRecord } from '../../testing/laws/record-laws.ts'
import { aroundStore } from '../../testing/wrapped-store.ts'
import { createEndedList, readSlot, slotOf } from './ended-list.ts'
import { endedFeed } from './feed.ts'
import { withRecordedEndings } from './recorded-endings.ts'

const lifetime = 300_000

test('a write that took too long is done again, where followers still look', async () => {
  const clock = fakeClock()
  const store = memoryStore()
  let late = true
  const slow = aroundStore(store, async (run) => {
    if (late) clock.advance('2m')
    late = false
    return run()
  })
  await createEndedList(slow, { lifetime, now: clock.now }).add('someone')
  assert.deepEqual((await readSlot(store, slotOf(clock.now()))).sids, ['someone'])
})

test('what comes while a write is under way goes together in the next', async () => {
  const clock = fakeClock()
  const store = memoryStore()
  let writes = 0
  const counted = {
    ...store,
    update: async (...change: Parameters<typeof store.update>) => {
      writes++
      return store.update(...change)
    },
  }
  const list = createEndedList(counted, { lifetime, now: clock.now })
  const sids = Array.from({ length: 1000 }, (_, n) => `s${n}`)
  await Promise.all([list.add('first'), ...sids.map((sid) => list.add(sid))])
  assert.ok(writes <= 2, `${writes} writes`)
  assert.equal((await readSlot(store, slotOf(clock.now()))).sids.length, 1001)
})

test('a write that fails is the failure of those alone who wait for it', async () => {
  const clock = fakeClock()
  const store = memoryStore()
  let fails = true
  const broken = aroundStore(store, async (run) => {
    if (fails) throw new Error('connection refused')
    return run()
  })
  const list = createEndedList(broken, { lifetime, now: clock.now })
  await assert.rejects(list.add('one'), /refused/)
  fails = false
  await list.add('two')
  assert.deepEqual((await readSlot(store, slotOf(clock.now()))).sids, ['two'])
})

test('an ending in a store without room is told once there is some', async () => {
  const clock = fakeClock()
  const store = memoryStore({ maxSessions: 1 })
  const record = sampleRecord({ userId: 'alice', expiresAt: clock.now() + 1_800_000 })
  await store.create(record)
  const list = withRecordedEndings(store, { lifetime, now: clock.now })
  assert.equal(await list.delete(record.sid), true)
  assert.deepEqual((await readSlot(store, slotOf(clock.now()))).sids, [record.sid])
})

test('tokens that were issued by a clock that is ahead end with all sessions', async () => {
  const clock = fakeClock()
  const store = memoryStore()
  const options = { lifetime, pollInterval: '1h', maxAge: '2h', now: clock.now, elapsed: clock.now } as const
  const feed = endedFeed(
    aroundStore(store, async (run) => run()),
    options,
  )
  await withRecordedEndings(store, { lifetime, now: clock.now }).deleteAll()
  await feed.refresh()
  const at = clock.now()
  const isEnded = (issuedAt: number) =>
    feed.isEnded({ sid: 's', userId: 'u', issuedAt, expiresAt: issuedAt + lifetime })
  assert.deepEqual([await isEnded(at + 5000), await isEnded(at + 5001)], [true, false])
  await feed.close()
})

test('a token that lives longer than endings are remembered is not let in', async () => {
  const clock = fakeClock()
  const feed = endedFeed(memoryStore(), { lifetime, now: clock.now, elapsed: clock.now })
  await feed.refresh()
  const issuedAt = clock.now()
  const isEnded = (life: number) =>
    feed.isEnded({ sid: 's', userId: 'u', issuedAt, expiresAt: issuedAt + life })
  assert.equal(isEnded(lifetime), false)
  assert.throws(() => isEnded(lifetime + 1001), {
    code: 'revocations_unknown',
    message: /lifetime of endedFeed/,
  })
  await feed.close()
})

test('a feed that cannot work is refused', () => {
  const store = memoryStore()
  for (const options of [
    { pollInterval: '1m', maxAge: '1m' },
    { maxEntries: 0 },
    { lifetime: 'x' },
    { poll: 1 },
  ])
    assert.throws(
      () => endedFeed(store, options as never),
      { code: 'config_invalid' },
      JSON.stringify(options),
    )
  assert.throws(() => endedFeed({} as never), { code: 'config_invalid' })
})

test('records that are no sessions are on no list when they go', async () => {
  const clock = fakeClock()
  const store = memoryStore()
  const list = withRecordedEndings(store, { lifetime, now: clock.now })
  const sid = 'latchkey:from:of-somebody'
  await store.create(sampleRecord({ sid }))
  const feed = endedFeed(store, { lifetime, now: clock.now, elapsed: clock.now })
  try {
    assert.equal(await list.delete(sid), true)
    await feed.refresh()
    assert.deepEqual((await readSlot(store, slotOf(clock.now()))).sids, [])
    assert.equal(feed.stats().entries, 0)
  } finally {
    await feed.close()
  }
})
