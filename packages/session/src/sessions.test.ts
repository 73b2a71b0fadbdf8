import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSessions } from './create-sessions.ts'
import { isSessionError, type SessionErrorCode } from './errors.ts'
import type { SessionsOptions } from './options.ts'
import type { SessionRecord } from './store.ts'
import { memoryStore } from './stores/memory/memory.ts'
import { testExchange } from './testing/exchange.ts'
import { fakeClock, testBrowser } from './testing/index.ts'
import { aroundStore } from './testing/wrapped-store.ts'

interface Data {
  cart: string[]
  role: 'user' | 'admin'
}

const hasCode = (code: SessionErrorCode) => (error: unknown) => isSessionError(error) && error.code === code

test('a bad configuration is refused at start, with what to write instead', () => {
  const store = memoryStore()
  const invalid: [unknown, RegExp][] = [
    [{}, /Write store: memoryStore\(\)/],
    [{ store, idleTimout: '5m' }, /no option idleTimout. It has .*idleTimeout/],
    [{ store, idleTimeout: '9h' }, /idle.*longer/],
    [{ store, idleTimeout: 'soon' }, /'30m'/],
    [{ store, maxRecordBytes: 0 }, /Write 65536/],
    [{ store, storeTimeout: -1 }, /storeTimeout/],
    [{ store, sweepInterval: 'often' }, /sweepInterval/],
    [{ store, cookie: { sameSite: 'None', name: 'sid', secure: false } }, /secure: true/],
  ]
  for (const [options, message] of invalid) {
    assert.throws(
      () => createSessions(options as SessionsOptions),
      (error) => hasCode('config_invalid')(error) && message.test((error as Error).message),
      String(message),
    )
  }
})

test('values are typed, and come back as copies', async () => {
  const sessions = createSessions<Data>({ store: memoryStore(), sweepInterval: false })
  const { session } = await testBrowser().visit(sessions)
  await session.set({ cart: ['tea'], role: 'user' })
  const cart: string[] | undefined = session.get('cart')
  cart?.push('coffee')
  assert.deepEqual(session.get('cart'), ['tea'])
  assert.deepEqual(await session.update('cart', (items = []) => [...items, 'milk']), ['tea', 'milk'])
  await session.delete('cart', 'role')
  assert.deepEqual([session.get('cart'), session.get('role')], [undefined, undefined])
  // @ts-expect-error the value has another type
  await session.set('role', 'root')
  // @ts-expect-error the key does not exist
  assert.equal(session.get('toString'), undefined)
})

test('a value that JSON cannot carry is refused and loses nothing', async () => {
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
  const browser = testBrowser()
  const { session, setCookies } = await browser.visit(sessions)
  await assert.rejects(session.set('at', new Date(0)), hasCode('value_not_json'))
  assert.deepEqual([session.sid, setCookies], [null, []])
  await session.set('a', 1)
  await assert.rejects(session.set({ a: 2, b: () => 1 }), hasCode('value_not_json'))
  await assert.rejects(
    session.update('a', () => 1n),
    hasCode('value_not_json'),
  )
  assert.deepEqual([session.get('a'), session.get('b')], [1, undefined])
})

test('a record over the limit is refused, and the old data stays', async () => {
  const store = memoryStore()
  const sessions = createSessions({ store, maxRecordBytes: 100, sweepInterval: false })
  const { session } = await testBrowser().visit(sessions)
  await assert.rejects(session.set('a', 'x'.repeat(98)), hasCode('record_too_large'))
  assert.equal(session.sid, null)
  await session.set('a', 'x'.repeat(90))
  await assert.rejects(session.set('b', 'ä'.repeat(4)), hasCode('record_too_large'))
  await assert.rejects(
    session.update('a', () => 'x'.repeat(98)),
    hasCode('record_too_large'),
  )
  assert.equal((await store.read(session.sid ?? ''))?.data.a, JSON.stringify('x'.repeat(90)))
  await session.set('a', 'y')
  await session.set('b', 'ä'.repeat(4))
})

test('a user id must be text that every store can keep', async () => {
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
  const { session } = await testBrowser().visit(sessions)
  for (const id of ['', 7, null, 'a\0b', '\ud800'])
    await assert.rejects(session.login(id as string), hasCode('user_id_invalid'))
})

test('who must be signed in is told so', async () => {
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
  const { session } = await testBrowser().visit(sessions)
  assert.throws(() => session.requireUser(), { code: 'session_ended', status: 401 })
  await session.login('alice')
  assert.equal(session.requireUser(), 'alice')
  await session.logout()
  assert.throws(() => session.requireUser(), { code: 'session_ended' })
})

test('use is written at most once a minute', async () => {
  const clock = fakeClock()
  const store = memoryStore()
  let updates = 0
  const counted = {
    ...store,
    update: (...args: Parameters<typeof store.update>) => {
      updates++
      return store.update(...args)
    },
  }
  const sessions = createSessions({ store: counted, now: clock.now, sweepInterval: false })
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.login('alice')
  visit.respond()
  for (let second = 0; second < 180; second++) {
    clock.advance('1s')
    await browser.visit(sessions)
  }
  assert.equal(updates, 3)
})

test('a list shows live sessions with their data, the latest use first', async () => {
  const clock = fakeClock()
  const sessions = createSessions<{ browser: string }>({
    store: memoryStore(),
    now: clock.now,
    sweepInterval: false,
  })
  for (const browser of ['first', 'second', 'third']) {
    const { session } = await testBrowser().visit(sessions)
    await session.login('alice')
    await session.set('browser', browser)
    clock.advance('14m')
  }
  const listed = await sessions.list('alice')
  assert.deepEqual(
    listed.map((each) => each.get('browser')),
    ['third', 'second'],
  )
  assert.deepEqual(Object.keys(listed[0] ?? {}).sort(), [
    'authenticatedAt',
    'clients',
    'createdAt',
    'expiresAt',
    'get',
    'lastSeenAt',
    'policy',
    'refreshTokens',
    'sid',
    'userId', // no secret hash
  ])
})

test('an expired record that cannot be deleted lets nobody in', async () => {
  const clock = fakeClock()
  const store = memoryStore()
  const sessions = createSessions({
    store: { ...store, delete: () => Promise.reject(new Error('read-only')) },
    now: clock.now,
    sweepInterval: false,
  })
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.login('alice')
  visit.respond()
  clock.advance('31m')
  await assert.rejects(browser.visit(sessions), hasCode('store_unavailable'))
})

test('a login in a long request saves the session from an expiry that another request has just seen', async () => {
  const clock = fakeClock()
  const store = memoryStore()
  let hold: Promise<void> = Promise.resolve()
  const slow = {
    ...aroundStore(store, async (run) => run()),
    delete: async (...args: Parameters<typeof store.delete>) => {
      await hold
      return store.delete(...args)
    },
  }
  const sessions = createSessions({ store: slow, now: clock.now, sweepInterval: false })
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.login('alice')
  visit.respond()
  const long = await browser.visit(sessions)
  clock.advance('29m')
  let release = () => {}
  hold = new Promise((resolve) => {
    release = resolve
  })
  // The other request judges with a clock that runs ahead, as that of another server may.
  const ahead = createSessions({ store: slow, now: () => clock.now() + 120_000, sweepInterval: false })
  const judging = browser.visit(ahead)
  await long.session.login('alice')
  long.respond()
  release()
  assert.equal((await judging).session.userId, null)
  assert.equal((await browser.visit(sessions)).session.userId, 'alice')
})

test('sweeping runs in the background with the given clock, and a failure is a warning', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const clock = fakeClock()
  const swept: number[] = []
  const warnings: string[] = []
  const store = { ...memoryStore(), sweep: async (now: number) => swept.push(now) }
  const sessions = createSessions({ store, now: clock.now, sweepInterval: '1m' })
  const failing = createSessions({
    store: { ...memoryStore(), sweep: () => Promise.reject(new Error('disk full')) },
    sweepInterval: '1m',
    warn: (message) => warnings.push(message),
  })
  t.mock.timers.tick(60_000)
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(swept, [clock.now()])
  assert.match(warnings.join(), /could not be removed.*disk full/)
  await sessions.close()
  await failing.close()
  t.mock.timers.tick(600_000)
  assert.equal(swept.length, 1)
})

test('an open stream ends when another process ends its session, within the check interval', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const clock = fakeClock()
  const store = memoryStore()
  const here = createSessions({ store, now: clock.now, sweepInterval: false, streamCheckInterval: '5s' })
  const elsewhere = createSessions({ store, now: clock.now, sweepInterval: false })
  const signals = new Map<string, AbortSignal>()
  for (const user of ['alice', 'bob']) {
    const { session } = await testBrowser().visit(here)
    await session.login(user)
    signals.set(user, session.signal)
  }
  const tick = async () => {
    t.mock.timers.tick(5000)
    for (let n = 0; n < 5; n++) await new Promise((resolve) => setImmediate(resolve))
  }
  const aborted = () => ['alice', 'bob'].map((user) => signals.get(user)?.aborted)
  await tick()
  assert.deepEqual(aborted(), [false, false])
  await elsewhere.revokeUser('alice')
  await tick()
  assert.deepEqual(aborted(), [true, false])
  clock.advance('31m')
  await tick()
  assert.deepEqual(aborted(), [true, true])
})

test('a stream that was closed is forgotten', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const store = memoryStore()
  let reads = 0
  const counted = {
    ...store,
    read: async (sid: string): Promise<SessionRecord | null> => {
      reads++
      return store.read(sid)
    },
  }
  const sessions = createSessions({ store: counted, sweepInterval: false })
  let close = () => {}
  const onClose = (callback: () => void) => {
    close = callback
  }
  const session = await sessions.open(testExchange({ onClose }))
  await session.login('alice')
  assert.equal(session.signal.aborted, false)
  assert.equal(reads, 1, 'it is looked at when it opens')
  close()
  t.mock.timers.tick(60_000)
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(reads, 1)
})
