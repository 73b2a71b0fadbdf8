import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { SessionRecord, SessionStore } from '../../store.ts'
import { sampleRecord } from '../../testing/laws/record-laws.ts'
import { memoryStore } from '../memory/memory.ts'
import { cached } from './cached.ts'

/** A store that nobody announces for, whose answers (taken when asked) arrive when the test lets them. */
function slowStore() {
  const { subscribe: _, ...backend } = memoryStore()
  const waiting: (() => void)[] = []
  let reads = 0
  const store: SessionStore = {
    ...backend,
    async read(sid) {
      reads++
      const record = await backend.read(sid)
      await new Promise<void>((resolve) => waiting.push(resolve))
      return record
    },
  }
  return {
    store,
    backend,
    reads: () => reads,
    arrive: async () => {
      // What has just been asked is taken first.
      await new Promise((resolve) => setImmediate(resolve))
      for (const resolve of waiting.splice(0)) resolve()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

const clocks = { now: () => 0, elapsed: () => 0 }

async function coldCopy(options: { now?: () => number; elapsed?: () => number } = clocks) {
  const slow = slowStore()
  const store = cached(slow.store, { maxStale: '1h', ...options })
  const record = sampleRecord()
  await slow.backend.create(record)
  return { ...slow, store, inner: slow.store, record, ask: async () => store.read(record.sid) }
}

test('five hundred requests for a cold copy are one read', async () => {
  const { store, record, ask, reads, arrive } = await coldCopy()
  const answers = Array.from({ length: 500 }, ask)
  await arrive()
  assert.deepEqual(new Set(await Promise.all(answers)), new Set([record]))
  const { misses, joined, hits } = store.stats()
  assert.deepEqual([reads(), misses, joined, hits], [1, 1, 499, 0])
})

test('who asks after a write of this process gets no answer of before it', async () => {
  const writes: ((store: SessionStore, record: SessionRecord) => Promise<unknown>)[] = [
    (store, { sid }) => store.update(sid, { set: { k: '1' } }),
    (store, { sid }) => store.delete(sid),
    (store) => store.deleteAll(),
  ]
  for (const write of writes) {
    const { store, backend, record, ask, arrive } = await coldCopy()
    const before = ask()
    await new Promise((resolve) => setImmediate(resolve))
    await write(store, record)
    const after = ask()
    await arrive()
    assert.deepEqual([await before, await after], [record, await backend.read(record.sid)])
  }
})

test('a session that was just made here is found, although somebody asked for it before', async () => {
  const { store, arrive } = await coldCopy()
  const record = sampleRecord()
  const before = store.read(record.sid)
  await new Promise((resolve) => setImmediate(resolve))
  await store.create(record)
  const after = store.read(record.sid)
  await arrive()
  assert.deepEqual([await before, await after], [null, record])
})

test('who wants no copy gets an answer of their own', async () => {
  const { store, record, ask, reads, arrive } = await coldCopy()
  const answers = [ask(), store.read(record.sid, { fresh: true }), store.read(record.sid, { fresh: true })]
  await arrive()
  assert.deepEqual(await Promise.all(answers), [record, record, record])
  assert.equal(reads(), 3)
})

test('an answer that does not come is waited for by nobody who asks later', async () => {
  let time = 0
  for (const options of [
    { now: () => 0, elapsed: () => time },
    { now: () => time, elapsed: () => 0 },
  ]) {
    time = 0
    const { ask, reads, arrive } = await coldCopy(options)
    const answers = [ask()]
    time = 249
    answers.push(ask())
    assert.equal(reads(), 1)
    time = 250
    answers.push(ask())
    await arrive()
    await Promise.all(answers)
    assert.equal(reads(), 2)
  }
})

test('a read that fails is the failure of who made it: who has joined it asks again', async () => {
  const { inner, record } = await coldCopy()
  let reads = 0
  const failsOnce: SessionStore = {
    ...inner,
    read: async () => {
      if (reads++ === 0) throw new Error('connection reset')
      return record
    },
  }
  const store = cached(failsOnce, { maxStale: '1h', ...clocks })
  const [first, ...joined] = Array.from({ length: 3 }, async () => store.read(record.sid))
  await assert.rejects(async () => first, /connection reset/)
  assert.deepEqual(await Promise.all(joined), [record, record])
  assert.equal(store.stats().joined, 2)
})

test('a copy is as old as the clock says that stood still for less: a machine may have been suspended', async () => {
  let [time, elapsed] = [0, 0]
  const { store, backend, record, ask, arrive } = await coldCopy({ now: () => time, elapsed: () => elapsed })
  const hour = 3_600_000
  const first = ask()
  await arrive()
  await first
  await backend.update(record.sid, { set: { k: '1' }, fields: { expiresAt: 10 * hour } })
  time = elapsed = hour - 1
  assert.equal((await ask())?.rev, 0)
  time = hour
  const suspended = ask()
  await arrive()
  assert.equal((await suspended)?.rev, 1)
  await backend.update(record.sid, { set: { k: '2' } })
  time = 0
  elapsed = 2 * hour - 1
  const setBack = ask()
  await arrive()
  assert.equal((await setBack)?.rev, 2, 'a clock that is set back makes no copy younger')
  assert.equal(store.stats().hits, 1)
})

test('whatever is asked, written and answered when: no answer is older than a write of this process before it', async () => {
  const deed = fc.constantFrom('ask', 'fresh', 'write', 'arrive')
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 40, size: 'max' }), async (deeds) => {
      const { store, record, arrive } = await coldCopy()
      const answers: Promise<void>[] = []
      let written = 0
      for (const what of deeds) {
        if (what === 'arrive') await arrive()
        else if (what === 'write') {
          await store.update(record.sid, { set: { k: String(written) } })
          written++
        } else {
          const atLeast = written
          const answer = Promise.resolve(store.read(record.sid, { fresh: what === 'fresh' }))
          answers.push(answer.then((seen) => assert.ok((seen?.rev ?? -1) >= atLeast)))
        }
      }
      await arrive()
      await Promise.all(answers)
    }),
    { numRuns: 300 },
  )
})
