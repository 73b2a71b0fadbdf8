import assert from 'node:assert/strict'
import { memoryStore } from '../../../stores/memory/memory.ts'
import { storeLaws } from '../../../testing/index.ts'
import { fastifySessionStore, MemoryStore } from '../fastify-session.ts'
import { formerCookie, formerSession, secret } from '../former.test-helper.ts'
import { type Case, name, site, tells, watchedStore } from './case.test-helper.ts'

const minted = /^sid=[\w-]{64};/

export const expirationCases: readonly Case[] = [
  {
    of: 1,
    what: 'a session whose maxAge is over is deleted, and a new one begins',
    async run(t) {
      const { ask, clock, store } = await site(t, { cookie: { maxAge: 1000 } })
      const { cookie } = await ask()
      clock.advance(2000)
      const next = await ask(cookie)
      assert.match(next.lines[0] ?? '', minted)
      assert.notEqual(next.cookie, cookie)
      await store.sweep?.(clock.now())
      assert.equal(await store.read(cookie.slice(name.length + 1, name.length + 21)), null)
    },
  },
]

const noTwo = (of: number, what: string, instead?: string): Case => ({
  of,
  what,
  ...(instead && { instead }),
  async run(t) {
    const { ask } = await site(t, {}, (session) => session.sessionId)
    const ids = new Set<string>()
    for (let n = 0; n < 64; n++) {
      const { body } = await ask()
      assert.match(body, /^[\w-]{20}$/)
      ids.add(body)
    }
    assert.equal(ids.size, 64)
  },
})

export const idCases: readonly Case[] = [
  noTwo(1, 'no two IDs are alike'),
  noTwo(2, 'no two are alike where Node has no base64url', 'every Node that this runs on has it'),
]

/** Over our store, as @fastify/session calls it. */
function kept() {
  const store = fastifySessionStore({ store: memoryStore(), sweepInterval: false })
  const promise = (act: (done: (error?: unknown, value?: unknown) => void) => void) =>
    new Promise<unknown>((resolve, reject) => act((error, value) => (error ? reject(error) : resolve(value))))
  return {
    set: (id: string, session: object) => promise((done) => store.set(id, session, done)),
    get: (id: string) => promise((done) => store.get(id, done)) as Promise<{ key?: string } | null>,
    destroy: (id: string) => promise((done) => store.destroy(id, done)),
  }
}

async function keptTwo() {
  const made = kept()
  await made.set('someId', { key: 'value' })
  await made.set('anotherId', { key: 'value' })
  const there = async (id: string) => (await made.get(id))?.key === 'value'
  return { ...made, there }
}

export const memoryCases: readonly Case[] = [
  {
    of: 1,
    what: 'the memory store emits events',
    instead: 'is memoryStore() of latchkey, which keeps the laws of stores',
    async run() {
      for (const law of storeLaws(async () => new MemoryStore()).slice(0, 5)) await law.run()
    },
  },
  {
    of: 2,
    what: 'it may be given a Map',
    instead: 'keeps its records packed in memory of its own',
    run: () => assert.ok(!('store' in new MemoryStore())),
  },
  {
    of: 3,
    what: 'what is set is there',
    async run() {
      const { set, get } = kept()
      await set('someId', { key: 'value' })
      assert.equal((await get('someId'))?.key, 'value')
    },
  },
  {
    of: 4,
    what: 'and is what one gets',
    async run() {
      const { there } = await keptTwo()
      assert.ok(await there('someId'))
    },
  },
  {
    of: 5,
    what: 'of an ID that there is not, one gets nothing',
    async run() {
      const { get } = await keptTwo()
      assert.equal(await get('invalidId'), null)
    },
  },
  {
    of: 6,
    what: 'the first may be destroyed',
    async run() {
      const { destroy, there } = await keptTwo()
      await destroy('someId')
      assert.deepEqual([await there('someId'), await there('anotherId')], [false, true])
    },
  },
  {
    of: 7,
    what: 'or the second',
    async run() {
      const { destroy, there } = await keptTwo()
      await destroy('anotherId')
      assert.deepEqual([await there('someId'), await there('anotherId')], [true, false])
    },
  },
  {
    of: 8,
    what: 'who destroys none changes nothing',
    async run() {
      const { destroy, there } = await keptTwo()
      await destroy('invalidId')
      assert.deepEqual([await there('someId'), await there('anotherId')], [true, true])
    },
  },
]

/** A former store whose `get` fails in one way. */
async function failing(error: Error) {
  const store = new formerSession.MemoryStore()
  const cookie = await formerCookie({ store })
  return {
    cookie,
    store: {
      ...store,
      get: (_: string, done: (error: unknown) => void) => done(error),
      destroy: store.destroy,
    },
  }
}

export const storeCases: readonly Case[] = [
  {
    of: 1,
    what: 'a request has its sessionStore',
    async run(t) {
      const { ask } = await site(t, {}, async (session, request) => {
        await session.save()
        const { sessionStore } = request as unknown as {
          sessionStore: { destroy(id: string, done: (error?: unknown) => void): void }
        }
        const { sessionId } = session
        await new Promise((resolve) => sessionStore.destroy(sessionId, resolve))
        return sessionId
      })
      assert.equal((await ask()).status, 200)
    },
  },
  {
    of: 2,
    what: 'a store that cannot be written to is the answer’s error',
    async run(t) {
      const store = watchedStore()
      store.fails = 'create'
      const { ask } = await site(t, { store })
      const { status, lines } = await ask()
      assert.equal(status, 503)
      assert.deepEqual(lines, [])
    },
  },
  {
    of: 3,
    what: 'where a former store has no such file, a new session begins',
    async run(t) {
      const { store, cookie } = await failing(Object.assign(new Error(), { code: 'ENOENT' }))
      const { ask } = await site(t, { takeOver: { store, secret } })
      const { status, lines } = await ask(cookie)
      assert.equal(status, 200)
      assert.match(lines[0] ?? '', minted)
    },
  },
  {
    of: 4,
    what: 'where it fails otherwise, that is the answer’s error',
    async run(t) {
      const { store, cookie } = await failing(new Error('no'))
      const { ask } = await site(t, { takeOver: { store, secret } })
      assert.equal((await ask(cookie)).status, 503)
    },
  },
  {
    of: 5,
    what: 'a former session that is over and cannot be destroyed is the answer’s error',
    instead: 'is left alone: it opens nothing, and the request is a visitor’s',
    async run(t) {
      const destroyed: string[] = []
      const past = { user: 'bob', cookie: { originalMaxAge: 1, expires: new Date(1) } }
      const store = {
        get: (_: string, done: (error: unknown, session?: unknown) => void) => done(null, past),
        destroy: (id: string, done: (error: unknown) => void) => {
          destroyed.push(id)
          done(new Error())
        },
      }
      const cookie = await formerCookie({})
      const { ask } = await site(t, { takeOver: { store, secret } }, tells)
      assert.deepEqual(JSON.parse((await ask(cookie)).body), {})
      assert.deepEqual(destroyed, [])
    },
  },
]
