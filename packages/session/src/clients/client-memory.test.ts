import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSessions } from '../create-sessions.ts'
import type { SessionEvents } from '../events/events.ts'
import type { SessionPatch } from '../store.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { fakeClock, testBrowser } from '../testing/index.ts'
import { sampleRecord } from '../testing/laws/record-laws.ts'
import type { ClientOptions } from './client.ts'
import { isRemembered, remember } from './client-memory.ts'

/** One signed-in browser that comes from wherever the test says. */
async function signedIn(clients: ClientOptions) {
  const clock = fakeClock()
  const memory = memoryStore()
  const patches: SessionPatch[] = []
  const store = {
    ...memory,
    update(sid: string, patch: SessionPatch) {
      patches.push(patch)
      return memory.update(sid, patch)
    },
  }
  const sessions = createSessions({ store, now: clock.now, sweepInterval: false, idleTimeout: '8h', clients })
  const events: SessionEvents['session_client_changed'][] = []
  sessions.on('session_client_changed', (event) => events.push(event))
  const browser = testBrowser()
  const from = async (address: string | undefined, userAgent = 'firefox', isPoll = false) => {
    browser.remoteAddress = address
    browser.headers = { 'user-agent': userAgent }
    return browser.visit(sessions, { touch: !isPoll })
  }
  const first = await from('203.0.113.0')
  await first.session.login('alice')
  first.respond()
  const list = async () => (await sessions.list('alice'))[0]?.clients ?? []
  const size = async () => JSON.stringify((await memory.list('alice'))[0]?.data).length
  return { clock, sessions, patches, events, from, list, size }
}

test('five clients in turn: each is told of once, and none of them costs a write of its own after that', async () => {
  for (const count of [5, 20, 60]) {
    const { clock, patches, events, from, list } = await signedIn({ onChange: 'event' })
    for (let n = 0; n < 10 * count; n++) await from(`203.0.113.${n % count}`)
    assert.equal(events.length, count - 1)
    assert.equal(patches.length, count - 1)
    for (let n = 0; n < count; n++) {
      clock.advance('1m')
      await from(`203.0.113.${n % count}`)
    }
    assert.deepEqual([events.length, patches.length], [count - 1, 2 * count - 1])
    assert.equal((await list()).length, 4)
  }
})

test('where clients change without end, record, writes and events stay bounded', async () => {
  const { clock, patches, events, from, size } = await signedIn({ onChange: 'event' })
  for (let n = 1; n <= 500; n++) await from(`198.51.${n >> 8}.${n & 255}`)
  assert.deepEqual([events.length, patches.length], [63, 63])
  for (let minute = 0; minute < 5; minute++) {
    clock.advance('1m')
    for (let n = 0; n < 100; n++) await from(`192.0.${minute}.${n}`)
  }
  assert.deepEqual([events.length, patches.length], [68, 68])
  assert.ok((await size()) < 1500, `${await size()} bytes`)
})

test('a consequence waits for no touch, however many clients there were', async () => {
  const meaning: ClientOptions['onChange'] = ({ changed }) =>
    changed.includes('userAgent') ? 'reauthenticate' : 'ignore'
  const { events, patches, from } = await signedIn({ onChange: meaning })
  for (let n = 1; n <= 100; n++) await from(`198.51.100.${n}`)
  ;(await from('198.51.100.7')).session.requireFresh('1h')
  assert.equal(events.length, 0)
  const before = patches.length
  const { session } = await from('198.51.100.8', 'curl', true)
  assert.throws(() => session.requireFresh('1h'))
  assert.deepEqual([events.length, patches.length - before], [1, 1])
  // It is known by now that the user must authenticate again.
  for (let n = 1; n <= 50; n++) await from(`192.0.2.${n}`, `curl/${n}`, true)
  assert.equal(patches.length - before, 1)
})

test('a sign-in forgets them all', async () => {
  const { events, from } = await signedIn({ onChange: 'event' })
  for (let n = 1; n < 10; n++) await from(`203.0.113.${n}`)
  const visit = await from('203.0.113.9')
  await visit.session.reauthenticate()
  visit.respond()
  await from('203.0.113.1')
  assert.equal(events.length, 10)
})

test('an address that is not known is no difference, and does not hide the one that is', async () => {
  const { clock, events, patches, from, list } = await signedIn({ onChange: 'reauthenticate' })
  for (let n = 0; n < 5; n++) {
    const { session } = await from(undefined)
    session.requireFresh('1h')
    await from('203.0.113.0')
  }
  assert.deepEqual([events.length, patches.length], [0, 0])
  clock.advance('1m')
  await from(undefined)
  assert.deepEqual(
    (await list()).map(({ address, userAgent }) => [address, userAgent]),
    [['203.0.113.0', 'firefox']],
  )
  await from(undefined, 'curl')
  assert.deepEqual(
    events.map(({ changed }) => changed),
    [['userAgent']],
  )
  // Also of clients that are remembered only; but one that was remembered without an address is no other's excuse.
  for (let n = 1; n < 10; n++) await from(`203.0.113.${n}`, 'safari')
  assert.equal(events.length, 10)
  for (const userAgent of ['firefox', 'curl', 'safari']) await from(undefined, userAgent)
  assert.equal(events.length, 10)
  await from('198.51.100.1', 'curl')
  assert.equal(events.length, 11)
})

test('what is remembered says nothing of the clients, and cannot be compared between sessions', () => {
  const client = { userAgent: 'firefox', address: '203.0.113.1' }
  const [one, other] = [sampleRecord(), sampleRecord()].map((record) =>
    Object.values(remember(record, [client])),
  )
  assert.match(String(one), /^"[\w-]{10}"$/)
  assert.notDeepEqual(one, other)
})

test('sixty are remembered, the latest ones', () => {
  let record = sampleRecord()
  const clients = Array.from({ length: 200 }, (_, n) => ({ userAgent: `agent ${n}`, address: null }))
  for (const client of clients)
    record = { ...record, data: { ...record.data, ...remember(record, [client]) } }
  assert.equal(String(Object.values(record.data)[0]).length, 602)
  const remembered = clients.filter((client) => isRemembered(record, client))
  assert.deepEqual(remembered, clients.slice(-60))
})
