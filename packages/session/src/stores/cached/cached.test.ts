import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { createSessions } from '../../create-sessions.ts'
import type { SessionStore } from '../../store.ts'
import { storeLaws, testBrowser } from '../../testing/index.ts'
import { sampleRecord } from '../../testing/laws/record-laws.ts'
import { memoryStore } from '../memory/memory.ts'
import { announcingBackend } from './cached.test-helper.ts'
import { cached } from './cached.ts'

const withoutAnnouncements = ({ subscribe: _, ...store }: SessionStore = memoryStore()): SessionStore => store

for (const law of storeLaws(() => cached(memoryStore(), { maxStale: '1h' }), { announces: true })) {
  test(law.name, law.run)
}
for (const law of storeLaws(() => cached(withoutAnnouncements(), { maxStale: '1h' }))) {
  test(`${law.name}, unannounced`, law.run)
}

/** Two processes with a cache each, on a clock and channels that the test moves. */
function twoProcesses(t: TestContext, maxStale = 5000) {
  t.mock.timers.enable({ apis: ['setInterval'] })
  let time = 0
  const { backend, channels } = announcingBackend(2)
  const stores = channels.map(({ store }) =>
    cached(store, { maxStale, heartbeat: 1000, now: () => 0, elapsed: () => time }),
  )
  const [a, b] = stores
  const [channelA, channelB] = channels
  assert.ok(a && b && channelA && channelB)
  t.after(() => Promise.all(stores.map((store) => store.close?.())))
  // A listening is announced, the ping that it causes comes back.
  for (const channel of channels) for (let n = 0; n < 2; n++) channel.deliver()
  const pass = (ms: number) => {
    time += ms
    t.mock.timers.tick(ms)
  }
  return { backend, a, b, channelA, channelB, pass }
}

test('what another process ended is let in until it is told, and no longer', async (t) => {
  const { a, b, channelA } = twoProcesses(t)
  const record = sampleRecord()
  await b.create(record)
  await a.read(record.sid)
  await b.delete(record.sid)
  assert.notEqual(await a.read(record.sid), null, 'nothing was cached: this looks at nothing')
  channelA.deliver()
  assert.equal(await a.read(record.sid), null)
  assert.equal(a.stats().announced, 1)
})

test('untold, it is let in for maxStale, counted from the question', async (t) => {
  const { a, b, pass, channelA, channelB } = twoProcesses(t, 500)
  const record = sampleRecord()
  await b.create(record)
  const answer = a.read(record.sid)
  pass(400)
  await answer
  await b.delete(record.sid)
  pass(99)
  assert.notEqual(await a.read(record.sid), null)
  pass(1)
  assert.equal(await a.read(record.sid), null)
  for (const channel of [channelA, channelB]) channel.deliver()
})

test('a lost connection empties the cache at once, and nothing is cached until it is back', async (t) => {
  const { a, b, channelA } = twoProcesses(t)
  const record = sampleRecord()
  await b.create(record)
  channelA.deliver()
  await a.read(record.sid)
  channelA.cut()
  assert.deepEqual([a.stats().entries, a.stats().lost], [0, 1])
  await a.read(record.sid)
  assert.equal(a.stats().entries, 0)
  channelA.mend()
  channelA.deliver()
  await a.read(record.sid)
  assert.equal(a.stats().entries, 0, 'listening was believed before an echo proved it')
  channelA.deliver()
  await a.read(record.sid)
  assert.equal(a.stats().entries, 1)
})

test('a connection that is open but dead is found by the heartbeat', async (t) => {
  const { a, b, channelA, pass } = twoProcesses(t, 60_000)
  const record = sampleRecord()
  await b.create(record)
  channelA.deliver()
  await a.read(record.sid)
  channelA.deafen()
  pass(1000)
  assert.equal(a.stats().entries, 1)
  pass(1000)
  assert.equal(a.stats().entries, 0)
})

test('an answer that was under way when the change was told is not kept', async (t) => {
  const { a, b, channelA, backend } = twoProcesses(t)
  const record = sampleRecord()
  await b.create(record)
  const arrive = channelA.holdReads()
  const old = a.read(record.sid)
  await b.update(record.sid, { set: { k: '1' } })
  channelA.deliver()
  arrive()
  assert.equal((await old)?.rev, 0)
  assert.deepEqual(await a.read(record.sid), await backend.read(record.sid))
})

test('what was read while this process wrote is not kept', async (t) => {
  const { a, b, channelA } = twoProcesses(t)
  const record = sampleRecord()
  await b.create(record)
  const leave = channelA.holdWrites()
  const written = a.update(record.sid, { set: { k: '1' } })
  assert.equal((await a.read(record.sid))?.rev, 0)
  leave()
  await written
  assert.equal((await a.read(record.sid))?.rev, 1)
})

test('a late echo of an earlier heartbeat proves nothing', async (t) => {
  const { a, b, channelA, pass } = twoProcesses(t, 60_000)
  const record = sampleRecord()
  await b.create(record)
  channelA.deliver()
  pass(1000)
  pass(1000)
  channelA.deliver(1)
  await a.read(record.sid)
  assert.equal(a.stats().entries, 0)
  channelA.deliver()
  await a.read(record.sid)
  assert.equal(a.stats().entries, 1)
})

test('the record says that its time is up: the store is asked', async () => {
  let now = 0
  const inner = withoutAnnouncements()
  const store = cached(inner, { maxStale: '1h', now: () => now })
  const record = sampleRecord({ expiresAt: 1000 })
  await store.create(record)
  await store.read(record.sid)
  await inner.update(record.sid, { fields: { expiresAt: 2000 } })
  now = 999
  assert.equal((await store.read(record.sid))?.expiresAt, 1000)
  now = 1000
  assert.equal((await store.read(record.sid))?.expiresAt, 2000)
})

test('a token renewed by another process is let in although the copy knows the old one', async () => {
  const inner = withoutAnnouncements()
  const [here, there] = [cached(inner, { maxStale: '1h' }), inner].map((store) =>
    createSessions({ store, sweepInterval: false }),
  )
  assert.ok(here && there)
  const browser = testBrowser()
  const first = await browser.visit(there)
  await first.session.login('alice')
  first.respond()
  assert.equal((await browser.visit(here)).session.userId, 'alice')
  const second = await browser.visit(there)
  await second.session.regenerate()
  second.respond()
  assert.equal((await browser.visit(here)).session.userId, 'alice')
})

test('the lag is what a heartbeat took to come round', async (t) => {
  const { a, channelA, pass } = twoProcesses(t)
  pass(1000)
  pass(7)
  channelA.deliver()
  const { lag } = a.stats()
  assert.deepEqual(lag && { last: lag.last, max: lag.max, count: lag.count }, { last: 7, max: 7, count: 2 })
})

test('announcements that never come round are told once, with what to do, and shown', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const { backend, channels } = announcingBackend(2)
  const warnings: string[] = []
  const warn = (message: string) => warnings.push(message)
  const [deaf, hearing] = channels.map(({ store }) =>
    cached(store, { maxStale: '1h', heartbeat: 1000, warn, now: () => 0, elapsed: () => 0 }),
  )
  const [deafChannel, hearingChannel] = channels
  assert.ok(deaf && hearing && deafChannel && hearingChannel)
  // What a pooler does: the subscription is confirmed, and nothing comes through it.
  deafChannel.deliver()
  deafChannel.deafen()
  const record = sampleRecord()
  await backend.create(record)
  for (let beat = 1; beat <= 30; beat++) {
    hearingChannel.deliver()
    t.mock.timers.tick(1000)
    await deaf.read(record.sid)
    assert.equal(warnings.length, beat < 10 ? 0 : 1)
  }
  assert.match(warnings[0] ?? '', /keeps no copies.* in 10 s.*listen/)
  assert.deepEqual([deaf.stats().heard, deaf.stats().entries, deaf.stats().hits], [false, 0, 0])
  hearingChannel.deafen()
  for (let beat = 1; beat <= 30; beat++) t.mock.timers.tick(1000)
  assert.equal(warnings.length, 1, 'one that was heard before is an outage, which `lost` counts')
  assert.equal(cached(withoutAnnouncements(), { maxStale: '1h' }).stats().heard, null)
  await Promise.all([deaf.close?.(), hearing.close?.()])
})

test('sizes and durations that are none are refused', () => {
  for (const maxEntries of [0, -1, 1.5])
    assert.throws(() => cached(memoryStore(), { maxStale: '1s', maxEntries }), /maxEntries/)
  for (const maxStale of [0, -1]) assert.throws(() => cached(memoryStore(), { maxStale }), /maxStale/)
})

test('whatever is delivered, delayed or lost: no answer is older than maxStale or than the own write', async (t) => {
  const deed = fc.oneof(
    fc.record({ do: fc.constantFrom('read', 'write', 'end'), by: fc.nat(1) }),
    fc.record({ do: fc.constantFrom('deliver', 'cut', 'mend', 'deafen'), by: fc.nat(1) }),
    fc.record({ do: fc.constant('pass'), by: fc.integer({ min: 1, max: 900 }) }),
  )
  t.mock.timers.enable({ apis: ['setInterval'] })
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 40, size: 'max' }), async (deeds) => {
      const maxStale = 1500
      let time = 0
      const { backend, channels } = announcingBackend(2)
      const stores = channels.map(({ store }) =>
        cached(store, { maxStale, heartbeat: 1000, warn: () => {}, now: () => 0, elapsed: () => time }),
      )
      const record = sampleRecord()
      await backend.create(record)
      /** When each revision was superseded, and which one each process wrote last. */
      const supersededAt: number[] = []
      const written = [0, 0]
      let latest = 0
      let isEnded = false
      const endedBy = new Set<number>()
      for (const { do: what, by } of deeds) {
        const [store, channel] = [stores[by], channels[by]]
        if (what === 'pass') {
          time += by
          t.mock.timers.tick(by)
        }
        if (!store || !channel || what === 'pass') continue
        if (what === 'write' && (await store.update(record.sid, { set: { k: String(time) } }))) {
          supersededAt[latest++] = time
          written[by] = latest
        }
        if (what === 'end' && (await store.delete(record.sid))) {
          supersededAt[latest] = time
          isEnded = true
          endedBy.add(by)
        }
        if (what === 'deliver') channel.deliver()
        if (what === 'cut') channel.cut()
        if (what === 'mend') channel.mend()
        if (what === 'deafen') channel.deafen()
        if (what !== 'read') continue
        const seen = await store.read(record.sid)
        if (seen === null) assert.ok(isEnded)
        else {
          assert.ok(!endedBy.has(by), 'the process that ended it read it again')
          assert.ok(seen.rev >= (written[by] ?? 0), 'the process that wrote read something older')
          const since = supersededAt[seen.rev]
          assert.ok(since === undefined || time - since < maxStale, `${time - (since ?? 0)} ms old`)
        }
      }
      await Promise.all(stores.map((store) => store.close?.()))
    }),
    { numRuns: 1000 },
  )
})
