import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { createSessions } from '../create-sessions.ts'
import type { SessionStore } from '../store.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { testBrowser } from '../testing/browser.ts'

const interval = 200

/** A store whose reads answer when told to; nobody hears from it. */
function gatedStore() {
  const { subscribe: _, ...inner } = memoryStore()
  const reads: string[] = []
  let gate: Promise<unknown> = Promise.resolve()
  const store: SessionStore = {
    ...inner,
    async read(sid) {
      reads.push(sid)
      await gate
      return inner.read(sid)
    },
  }
  function holdReads(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    gate = promise
    return resolve
  }
  return { store, inner, reads, holdReads }
}

async function openStreams(store: SessionStore, sessionCount: number, streamsEach: number) {
  const sessions = createSessions({ store, sweepInterval: false, streamCheckInterval: interval })
  const signals: AbortSignal[] = []
  for (let n = 0; n < sessionCount; n++) {
    const browser = testBrowser()
    const visit = await browser.visit(sessions)
    await visit.session.login(`user${n}`)
    visit.respond()
    for (let stream = 0; stream < streamsEach; stream++)
      signals.push((await browser.visit(sessions)).session.signal)
  }
  return { sessions, signals }
}

test('a session’s streams are looked at by one read, not by one each', async () => {
  const { store, reads } = gatedStore()
  const { sessions, signals } = await openStreams(store, 3, 40)
  await setTimeout(interval)
  reads.length = 0
  await setTimeout(interval)
  assert.ok(reads.length >= 3 && reads.length <= 9, `${reads.length} reads in two looks at 3 sessions`)
  assert.ok(signals.every(({ aborted }) => !aborted))
  await sessions.close()
})

test('when the store hangs, every stream ends within the interval, however many there are', async () => {
  const { store, reads, holdReads } = gatedStore()
  const { sessions, signals } = await openStreams(store, 150, 2)
  reads.length = 0
  holdReads()
  // Two looks and the turns of the event loop between, where one after the other would take 150 deadlines of 2 s.
  await setTimeout(4 * interval)
  assert.equal(signals.filter(({ aborted }) => aborted).length, signals.length)
  assert.ok(reads.length >= 100, `${reads.length} of 150 sessions at once`)
  await sessions.close()
})

test('an ending that nobody announces is found in the next look', async () => {
  const { store, inner } = gatedStore()
  const { sessions, signals } = await openStreams(store, 2, 1)
  const [record] = await inner.list('user0')
  await inner.delete(record?.sid ?? '')
  await setTimeout(4 * interval)
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true, false],
  )
  await sessions.close()
})

test('when the sessions are closed, open streams end, and those that open then: nobody watches them', async () => {
  const { sessions, signals } = await openStreams(memoryStore(), 2, 2)
  const visit = await testBrowser().visit(sessions)
  await visit.session.login('alice')
  await sessions.close()
  assert.ok([...signals, visit.session.signal].every(({ aborted }) => aborted))
})

test('what arrived while the process stood still is read before a stream is given up', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  let time = 0
  t.mock.method(performance, 'now', () => time)
  const turns = async () => {
    for (let n = 0; n < 10; n++) await new Promise((resolve) => setImmediate(resolve))
  }
  const { store, holdReads } = gatedStore()
  const { sessions, signals } = await openStreams(store, 3, 1)
  await turns()
  const release = holdReads()
  t.mock.timers.tick(interval / 2)
  time = 60_000
  t.mock.timers.tick(interval / 2)
  setImmediate(release)
  await turns()
  assert.ok(signals.every(({ aborted }) => !aborted))
  await sessions.close()
})

test('a look that takes too long ends no stream whose own handle has another secret since', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const { store, holdReads } = gatedStore()
  const sessions = createSessions({ store, sweepInterval: false, streamCheckInterval: interval })
  const visit = await testBrowser().visit(sessions)
  await visit.session.login('alice')
  const { signal } = visit.session
  const release = holdReads()
  t.mock.timers.tick(interval / 2)
  await visit.session.regenerate()
  t.mock.timers.tick(interval / 2)
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(signal.aborted, false)
  t.mock.timers.tick(interval / 2)
  assert.equal(signal.aborted, true)
  release()
  await sessions.close()
})

test('a visitor’s signal stays open, and follows the session that is made', async () => {
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
  const visit = await testBrowser().visit(sessions)
  const { signal } = visit.session
  await visit.session.set('a', 1)
  assert.deepEqual([signal.aborted, visit.session.signal === signal], [false, true])
  await sessions.revokeAll()
  assert.equal(signal.aborted, true)
})
