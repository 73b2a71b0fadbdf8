import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createSessions } from '../create-sessions.ts'
import type { SessionEvents } from '../events/events.ts'
import type { SessionsOptions } from '../options.ts'
import { isStorable } from '../record/values/stored-text.ts'
import type { SessionPatch, SessionRecord } from '../store.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { fakeClock, type TestBrowser, testBrowser } from '../testing/index.ts'
import type { ClientOptions } from './client.ts'
import { cleanUserAgent } from './client-record.ts'

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'

function start(clients: ClientOptions | boolean | undefined, more: Partial<SessionsOptions> = {}) {
  const clock = fakeClock()
  const patches: SessionPatch[] = []
  const created: SessionRecord[] = []
  const memory = memoryStore()
  const store = {
    ...memory,
    create(record: SessionRecord) {
      created.push(record)
      return memory.create(record)
    },
    update(sid: string, patch: SessionPatch) {
      patches.push(patch)
      return memory.update(sid, patch)
    },
  }
  const warnings: string[] = []
  const sessions = createSessions({
    store,
    now: clock.now,
    sweepInterval: false,
    warn: (message) => warnings.push(message),
    ...(clients !== undefined && { clients }),
    ...more,
  })
  const events: SessionEvents['session_client_changed'][] = []
  sessions.on('session_client_changed', (event) => events.push(event))
  return { clock, store, memory, sessions, patches, created, events, warnings }
}

function browserFrom(remoteAddress: string, userAgent = firefox): TestBrowser {
  const browser = testBrowser()
  browser.headers = { 'user-agent': userAgent }
  browser.remoteAddress = remoteAddress
  return browser
}

async function signIn({ sessions }: ReturnType<typeof start>, browser: TestBrowser) {
  const visit = await browser.visit(sessions)
  await visit.session.login('alice')
  visit.respond()
  return visit.session
}

const addresses = async ({ sessions }: ReturnType<typeof start>) =>
  (await sessions.list('alice'))[0]?.clients.map(({ address }) => address)

test('unless asked for, nothing is kept of a client', async () => {
  const app = start(undefined)
  const browser = browserFrom('203.0.113.9')
  await signIn(app, browser)
  app.clock.advance('5m')
  await browser.visit(app.sessions)
  assert.deepEqual(app.created[0]?.data, {})
  assert.deepEqual(
    app.patches.map(({ set }) => set),
    [undefined],
  )
  assert.deepEqual((await app.sessions.list('alice'))[0]?.clients, [])
})

test('the description is in the write that starts the session, and costs none of its own', async () => {
  const app = start(true)
  const browser = browserFrom('203.0.113.9')
  await signIn(app, browser)
  assert.match(app.created[0]?.data['@client'] ?? '', /Firefox.*203\.0\.113\.9/)
  for (let second = 0; second < 180; second++) {
    app.clock.advance('1s')
    await browser.visit(app.sessions)
  }
  // Once a minute the time of use, and nothing with it, for nothing has changed.
  assert.deepEqual(
    app.patches.map(({ set }) => set),
    [undefined, undefined, undefined],
  )
  browser.remoteAddress = '198.51.100.4'
  for (let second = 0; second < 60; second++) {
    app.clock.advance('1s')
    await browser.visit(app.sessions)
  }
  assert.equal(app.patches.length, 4)
  assert.deepEqual(await addresses(app), ['198.51.100.4', '203.0.113.9'])
})

test('a list knows at most four clients, the latest first, and when each was first and last seen', async () => {
  const app = start(true)
  const browser = browserFrom('203.0.113.1')
  await signIn(app, browser)
  const startedAt = app.clock.now()
  for (const last of [2, 3, 4, 5, 1, 5]) {
    app.clock.advance('2m')
    browser.remoteAddress = `203.0.113.${last}`
    await browser.visit(app.sessions)
  }
  const [summary] = await app.sessions.list('alice')
  const seen = summary?.clients.map(({ address, firstSeenAt, lastSeenAt }) => [
    address,
    (firstSeenAt - startedAt) / 60_000,
    (lastSeenAt - startedAt) / 60_000,
  ])
  assert.deepEqual(seen, [
    ['203.0.113.5', 8, 12],
    ['203.0.113.1', 10, 10],
    ['203.0.113.4', 6, 6],
    ['203.0.113.3', 4, 4],
  ])
})

test('a sign-in starts the list again', async () => {
  const app = start(true)
  const browser = browserFrom('203.0.113.1')
  await signIn(app, browser)
  app.clock.advance('2m')
  browser.remoteAddress = '203.0.113.2'
  const visit = await browser.visit(app.sessions)
  await visit.session.reauthenticate()
  visit.respond()
  assert.deepEqual(await addresses(app), ['203.0.113.2'])
})

test('a change is told at the request that brings it, once, with what differs', async () => {
  const app = start({ onChange: 'event' })
  const browser = browserFrom('2001:db8::1')
  const { sid } = await signIn(app, browser)
  browser.remoteAddress = '2001:db8::2'
  await browser.visit(app.sessions)
  assert.equal(app.events.length, 0, 'the same network')
  browser.remoteAddress = '203.0.113.9'
  for (let n = 0; n < 3; n++) await browser.visit(app.sessions, { touch: false })
  browser.remoteAddress = '2001:db8::3'
  for (let n = 0; n < 3; n++) await browser.visit(app.sessions)
  browser.headers = { 'user-agent': 'curl/8.5.0' }
  for (let n = 0; n < 3; n++) await browser.visit(app.sessions)
  assert.deepEqual(
    app.events.map((event) => [event.sid, event.userId, event.changed, event.action]),
    [
      [sid, 'alice', ['address'], 'event'],
      [sid, 'alice', ['userAgent', 'address'], 'event'],
    ],
  )
  assert.equal(app.patches.length, 2)
  ;(await browser.visit(app.sessions)).session.requireFresh('1h')
})

test('a function says what a change means; what it throws is a warning and an event', async () => {
  let meaning: ClientOptions['onChange'] = () => 'ignore'
  const app = start({ onChange: (change) => (typeof meaning === 'function' ? meaning(change) : 'ignore') })
  const browser = browserFrom('203.0.113.1')
  await signIn(app, browser)
  const isFreshFrom = async (address: string) => {
    browser.remoteAddress = address
    const { session } = await browser.visit(app.sessions)
    try {
      session.requireFresh('1h')
      return true
    } catch {
      return false
    }
  }
  assert.deepEqual([await isFreshFrom('203.0.113.2'), app.events.length], [true, 0])
  meaning = () => {
    throw new Error('broken rule')
  }
  assert.deepEqual([await isFreshFrom('203.0.113.3'), app.events.length], [true, 1])
  assert.match(app.warnings.join(), /broken rule/)
  meaning = ({ changed }) => (changed.includes('address') ? 'reauthenticate' : 'ignore')
  assert.deepEqual([await isFreshFrom('203.0.113.4'), app.events.length], [false, 2])
})

test('a session of before clients were kept gets its first without alarm', async () => {
  const app = start({ onChange: 'reauthenticate' })
  const before = createSessions({ store: app.memory, now: app.clock.now, sweepInterval: false })
  const browser = browserFrom('203.0.113.1')
  const visit = await browser.visit(before)
  await visit.session.login('alice')
  visit.respond()
  await browser.visit(app.sessions)
  app.clock.advance('1m')
  ;(await browser.visit(app.sessions)).session.requireFresh('1h')
  assert.deepEqual([await addresses(app), app.events], [['203.0.113.1'], []])
})

test('what cannot be written because others keep writing demands re-authentication all the same', async () => {
  const app = start({ onChange: 'reauthenticate' })
  const browser = browserFrom('203.0.113.1')
  await signIn(app, browser)
  const busy = createSessions({
    store: {
      ...app.store,
      async update(sid, patch) {
        await app.memory.update(sid, { set: { other: '1' } })
        return app.memory.update(sid, patch)
      },
    },
    now: app.clock.now,
    sweepInterval: false,
    clients: { onChange: 'reauthenticate' },
  })
  browser.remoteAddress = '203.0.113.2'
  const { session } = await browser.visit(busy)
  assert.throws(() => session.requireFresh('1h'))
})

test('behind a proxy the address is the one it tells, in lists and in events', async () => {
  const app = start({ onChange: 'event' }, { trustedProxies: ['10.0.0.0/8'], forwardedBy: 'forwarded' })
  const browser = browserFrom('10.0.0.1')
  browser.headers = { 'user-agent': firefox, forwarded: 'for=6.6.6.6, for="203.0.113.1:4711"' }
  await signIn(app, browser)
  assert.deepEqual(await addresses(app), ['203.0.113.1'])
})

test('a user agent is text that every store can keep, bounded, without control characters', () => {
  assert.equal(cleanUserAgent(firefox), firefox)
  assert.deepEqual([cleanUserAgent(null), cleanUserAgent(undefined)], [null, null])
  assert.equal(cleanUserAgent('a\nb\u202ec\0'), 'a\ufffdb\ufffdc\ufffd')
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      const cleaned = cleanUserAgent(text) ?? ''
      assert.ok(isStorable(cleaned) && cleaned.length <= 256)
    }),
  )
})

test('whatever a client calls itself, it is known again and is nobody else', async () => {
  const names = fc.uniqueArray(
    fc.string({ unit: 'binary', maxLength: 40 }).map((text) => cleanUserAgent(text) ?? ''),
    {
      minLength: 2,
      maxLength: 4,
    },
  )
  await fc.assert(
    fc.asyncProperty(names, async (userAgents) => {
      const app = start({ onChange: 'event' })
      const browser = browserFrom('203.0.113.1', userAgents[0])
      await signIn(app, browser)
      for (const round of [1, 2]) {
        for (const userAgent of userAgents) {
          browser.headers = { 'user-agent': userAgent }
          await browser.visit(app.sessions)
        }
        assert.equal(app.events.length, userAgents.length - 1, `round ${round}`)
      }
    }),
    { numRuns: 50 },
  )
})

test('a setting that cannot be meant is refused', () => {
  assert.throws(() => start({ onChange: 'logout' as 'event' }), /clients\.onChange/)
  assert.throws(() => start(true, { trustedProxies: ['proxy.internal'] }), /trustedProxies/)
  assert.throws(() => start(true, { tokenReuseEnds: 'all' as 'user' }), /tokenReuseEnds/)
})

test('sealed sessions show their clients in lists as well, and demand re-authentication of others', async () => {
  const app = start({ onChange: 'reauthenticate' }, { sealed: true })
  const browser = browserFrom('203.0.113.1')
  await (await signIn(app, browser)).set('note', 'a sealed value')
  browser.remoteAddress = '203.0.113.2'
  const { session } = await browser.visit(app.sessions)
  assert.throws(() => session.requireFresh('1h'))
  assert.equal(session.get('note'), 'a sealed value')
  app.clock.advance('2m')
  await browser.visit(app.sessions)
  assert.deepEqual(await addresses(app), ['203.0.113.2', '203.0.113.1'])
})
