import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { SessionRecord, SessionStore } from '../../store.ts'
import { memoryStore } from '../../stores/memory/memory.ts'
import { fakeClock } from '../../testing/index.ts'
import { fastifySessionStore } from './fastify-store.ts'
import { cookieOf, formerApp, formerCookie, formerSession, sessionOf } from './former.test-helper.ts'
import type { FastifySessionStoreOptions } from './store-options.ts'

type Values = Record<string, unknown>

const cookie = { originalMaxAge: null }
const id = 'an ID of @fastify/session'
const minute = 60_000

/** With promises. */
function kept(options: Partial<FastifySessionStoreOptions> = {}) {
  const clock = fakeClock()
  const records = new Map<string, SessionRecord>()
  const memory = options.store ?? memoryStore()
  const store: SessionStore = {
    ...memory,
    async create(record) {
      await memory.create(record)
      records.set(record.sid, record)
    },
  }
  const made = fastifySessionStore({ now: clock.now, sweepInterval: false, ...options, store })
  const called = (act: (done: (error?: unknown, value?: unknown) => void) => void) =>
    new Promise<unknown>((resolve, reject) => act((error, value) => (error ? reject(error) : resolve(value))))
  return {
    clock,
    all: () => Promise.all([...records.keys()].map((sid) => memory.read(sid))),
    get: (of = id) => called((done) => made.get(of, done)) as Promise<Values | null>,
    set: (session: object, of = id) => called((done) => made.set(of, session, done)),
    destroy: (of = id) => called((done) => made.destroy(of, done)),
  }
}

const ended = { code: 'session_ended' }

test('what was stored comes back, as JSON has it', async () => {
  const { get, set } = kept()
  await set({
    cookie,
    user: 'bob',
    cart: [{ book: 1 }],
    at: new Date(0),
    none: undefined,
    cookies: 1,
    '.x': 2,
  })
  const { cookie: read, ...values } = JSON.parse(JSON.stringify(await get()))
  assert.deepEqual(values, {
    user: 'bob',
    cart: [{ book: 1 }],
    at: '1970-01-01T00:00:00.000Z',
    cookies: 1,
    '.x': 2,
  })
  assert.deepEqual(read, cookie)
  assert.equal(await get('another'), null)
})

test('an ended session is refused: whoever had read it, whoever had not, and a copy without a mark', async () => {
  const { get, set, destroy } = kept()
  const first = { cookie, user: 'bob' }
  await set(first)
  const read = (await get()) as Values
  await destroy()
  await assert.rejects(set({ ...read, user: 'eve' }), ended)
  await assert.rejects(set({ ...read }), ended)
  await assert.rejects(set(first), ended)
  await assert.rejects(set({ cookie, user: 'eve' }), ended)
  assert.equal(await get(), null)
  await destroy()
})

test('also when its mark is gone: who had read it never makes one', async () => {
  const { get, set, destroy, clock } = kept({ store: memoryStore() })
  await set({ cookie, user: 'bob' })
  const read = (await get()) as Values
  await destroy()
  clock.advance(30 * 24 * 60 * minute)
  await assert.rejects(set({ ...read, user: 'eve' }), ended)
})

test('an ended session leaves none of its values, and the store nobody’s ID', async () => {
  const { set, destroy, all } = kept()
  await set({ cookie, user: 'bob' })
  assert.doesNotMatch(JSON.stringify(await all()), new RegExp(id))
  assert.match(JSON.stringify(await all()), /bob/)
  await destroy()
  const [mark] = await all()
  assert.deepEqual(mark?.data, {})
})

test('a session that nobody uses ends after the idle timeout, and none outlives the absolute one', async () => {
  const { get, set, clock } = kept({ idleTimeout: '10m', absoluteTimeout: '1h' })
  await set({ cookie, user: 'bob' })
  const stale = (await get()) as Values
  for (let n = 0; n < 6; n++) {
    assert.ok(await get())
    clock.advance(9 * minute)
  }
  // What was read before is no older than the session.
  await set({ ...stale, note: 1 })
  clock.advance(7 * minute)
  assert.equal(await get(), null)
  await assert.rejects(set({ ...stale, note: 2 }), ended)

  await set({ cookie, user: 'amy' }, 'idle')
  const idle = (await get('idle')) as Values
  clock.advance(10 * minute)
  assert.equal(await get('idle'), null)
  await assert.rejects(set({ ...idle, note: 1 }, 'idle'), ended)
})

test('without timeouts of its own it goes by the maxAge of the cookie', async () => {
  const { get, set, clock } = kept()
  const week = 7 * 24 * 60 * minute
  await set({ cookie: { originalMaxAge: week }, user: 'bob' })
  clock.advance(week - 1)
  const read = (await get()) as Values
  // The session has just been used.
  assert.equal((read.cookie as { expires: string }).expires, new Date(clock.now() + week).toISOString())
  clock.advance(1)
  assert.equal(await get(), null)

  await set({ cookie, user: 'bob' }, 'short')
  clock.advance(30 * minute)
  assert.equal(await get('short'), null)
})

test('a whole session that was not read takes the place of the one there', async () => {
  const { get, set } = kept()
  await set({ cookie, user: 'bob', note: 1 })
  await set({ cookie, user: 'amy' })
  assert.deepEqual(JSON.parse(JSON.stringify(await get())), { cookie, user: 'amy' })
})

test('use that changes nothing is seldom written', async () => {
  const memory = memoryStore()
  let writes = 0
  const store: SessionStore = {
    ...memory,
    update: (...given) => {
      writes++
      return memory.update(...given)
    },
  }
  const { get, set, clock } = kept({ store })
  await set({ cookie, user: 'bob' })
  for (let n = 0; n < 60; n++) {
    clock.advance(1000)
    await set({ ...(await get()) })
  }
  assert.equal(writes, 1)
})

test('a store that hangs is given up, and its failure is an error of ours', async () => {
  const memory = memoryStore()
  const { get } = kept({ store: { ...memory, read: () => new Promise(() => undefined) }, storeTimeout: 20 })
  await assert.rejects(get(), { code: 'store_unavailable' })
})

test('options that do not exist, or are no times, are refused', () => {
  assert.throws(() => kept({ idleTimeout: '10 minutes' as never }), { code: 'config_invalid' })
  assert.throws(() => kept({ timeout: 1 } as never), /fastifySessionStore has no option timeout/)
})

async function app(t: TestContext, options: object) {
  const made = await formerApp({
    store: fastifySessionStore({ store: memoryStore(), sweepInterval: false }),
    ...options,
  })
  t.after(() => made.close())
  made.get('/write', async (request) => {
    const session = sessionOf(request)
    session.count = Number(session.count ?? 0) + 1
    await session.save()
    session.again = true
    await session.save()
    await session.reload()
    return session.count
  })
  made.get('/keys', async (request) => JSON.parse(JSON.stringify(sessionOf(request))))
  return made
}

test('the real plugin saves, saves again and reloads over it', async (t) => {
  const site = await app(t, { rolling: false })
  const first = await site.inject('/write')
  const headers = { cookie: cookieOf(first) ?? '' }
  assert.equal((await site.inject({ url: '/write', headers })).body, '2')
  const { cookie: _, ...values } = (await site.inject({ url: '/keys', headers })).json()
  assert.deepEqual(values, { count: 2, again: true })
})

test('a session of the former store is taken over with the cookie that it has, once', async (t) => {
  const former = new formerSession.MemoryStore()
  const cookie = await formerCookie({ store: former }, { user: 'bob' })
  const id = decodeURIComponent(cookie.split('=', 2)[1] ?? '').split('.')[0] ?? ''
  const before = structuredClone((former as unknown as { store: Map<string, Values> }).store.get(id)?.user)
  const records = memoryStore()
  const store = fastifySessionStore({ store: records, formerly: former, sweepInterval: false })
  const site = await app(t, { store })
  const answers = await Promise.all([1, 2, 3].map(() => site.inject({ url: '/keys', headers: { cookie } })))
  for (const answer of answers) assert.equal(answer.json().user, before)
  assert.equal((former as unknown as { store: Map<string, Values> }).store.size, 0)

  // A process of before writes it there again, once it has ended here and its mark is swept.
  const again = (done: () => void) => former.set(id, { user: 'bob', cookie: {} }, done)
  await new Promise<void>((resolve) => again(resolve))
  await new Promise<void>((resolve) => store.destroy(id, () => resolve()))
  assert.equal((await site.inject({ url: '/keys', headers: { cookie } })).json().user, undefined)
  await records.sweep?.(Date.now() + 9 * 60 * minute)
  assert.equal((await site.inject({ url: '/keys', headers: { cookie } })).json().user, undefined)
})

test('a session that only the former store has can be destroyed', async () => {
  const former = new formerSession.MemoryStore()
  const { get, destroy } = kept({ formerly: former })
  await new Promise<void>((resolve) => former.set('old', { cookie: {}, user: 'bob' }, () => resolve()))
  await destroy('old')
  assert.equal(await get('old'), null)
})
