import assert from 'node:assert/strict'
import { session } from '../express-session.ts'
import type { ExpressSessionOptions } from '../options.ts'
import type { Handler, Setting } from '../served.test-helper.ts'
import { type Case, counts, minute, sidOf, site, stores, watchedStore } from './case.test-helper.ts'

const refused = (options: object, message: RegExp) => () =>
  assert.throws(
    () => session({ store: new session.MemoryStore(), ...options } as ExpressSessionOptions),
    (error: Error & { code?: string }) => error.code === 'config_invalid' && message.test(error.message),
  )

const ends: Handler = (_req, res) => res.end()

const user: Handler = (req, res) => {
  req.session.user = 'bob'
  res.end()
}

/** How often records and their values are written by a first request, and by a second with its cookie. */
const writes = (
  of: number,
  what: string,
  setting: Setting,
  handler: Handler,
  expected: readonly number[],
): Case => ({
  of,
  what,
  async run(t) {
    const store = watchedStore()
    const served = await site(t, { ...setting, store }, handler)
    const first = await served.ask()
    const told = [store.created + store.written, first.lines.length]
    if (expected.length > 2) {
      await served.ask({ cookie: first.cookie })
      told.push(store.created + store.written)
    }
    assert.deepEqual(told, expected)
  },
})

const forEveryVisitor = 'is an error: nothing is stored for visitors, who have no cookie'
const everyTime = 'is an error: only what has changed is written, and use alone keeps a session alive'
const ownIds = 'is an error: IDs are always 120 random bits'
const ownName = 'is __Host-session, which no other host can plant, and which does not say what made it'

const nameless = { name: undefined } as const
const named = (of: number, option: string): Case => ({
  of,
  what: `the name where ${option} is left out`,
  instead: ownName,
  async run(t) {
    const answer = await (await site(t, nameless)).ask()
    assert.match(String(answer.headers['set-cookie']), /^__Host-session=/)
  },
})

/** The options, but those of the cookie. */
export const optionCases: readonly Case[] = [
  { of: 60, what: 'genid that is no function is refused', run: refused({ genid: 'bogus' }, /genid/) },
  {
    of: 61,
    what: 'IDs are made without one',
    run: async (t) => assert.ok((await (await site(t, {})).ask()).cookie),
  },
  {
    of: 62,
    what: 'genid as a function',
    instead: ownIds,
    run: refused({ genid: () => 'apple' }, /genid.*Leave it/),
  },
  {
    of: 63,
    what: 'genid with unsafe characters',
    instead: ownIds,
    run: refused({ genid: () => '%' }, /genid/),
  },
  {
    of: 64,
    what: 'genid by the request',
    instead: ownIds,
    run: refused({ genid: (req: { url: string }) => req.url }, /genid/),
  },
  named(65, 'key'),
  {
    of: 66,
    what: 'key is the name',
    run: async (t) =>
      assert.equal((await (await site(t, { ...nameless, key: 'by_key' })).ask()).lines.length, 1),
  },
  named(67, 'name'),
  {
    of: 68,
    what: 'name is the name',
    run: async (t) => assert.equal((await (await site(t, { name: 'by_name' })).ask()).lines.length, 1),
  },
  {
    of: 69,
    what: 'an unchanged session has no new cookie',
    async run(t) {
      const served = await site(t, { cookie: { maxAge: minute } }, user)
      const { cookie } = await served.ask()
      assert.deepEqual((await served.ask({ cookie })).lines, [])
    },
  },
  {
    of: 70,
    what: 'with rolling it has one',
    async run(t) {
      const served = await site(t, { rolling: true }, user)
      const { cookie } = await served.ask()
      assert.equal((await served.ask({ cookie })).cookie, cookie)
    },
  },
  writes(
    71,
    'a visitor has none with rolling either',
    { rolling: true, saveUninitialized: false },
    ends,
    [0, 0],
  ),
  {
    of: 72,
    what: 'saveUninitialized: true with rolling',
    instead: forEveryVisitor,
    run: refused({ rolling: true, saveUninitialized: true }, /saveUninitialized/),
  },
  writes(73, 'who stores something has one', { rolling: true, saveUninitialized: false }, user, [1, 1]),
  {
    of: 74,
    what: 'an unchanged session is saved where resave is left out',
    instead: everyTime.replace('is an error: ', ''),
    run: writes(74, '', {}, user, [1, 1, 1]).run,
  },
  { of: 75, what: 'resave: true', instead: everyTime, run: refused({ resave: true }, /resave: false/) },
  writes(76, 'with resave: false an unchanged session is not written', { resave: false }, user, [1, 1, 1]),
  {
    of: 77,
    what: 'with resave: false a changed one is, and only then',
    async run(t) {
      const store = watchedStore()
      const served = await site(t, { resave: false, store }, (req, res) => {
        if (req.method === 'PUT') req.session.token = req.url?.slice(1)
        res.end(`${req.session.token}`)
      })
      const { cookie } = await served.ask({ method: 'PUT', path: '/one' })
      const told = []
      for (const [method, path] of [
        ['GET', '/'],
        ['PUT', '/two'],
      ] as const)
        told.push((await served.ask({ method, path, cookie })).body, store.written)
      assert.deepEqual(told, ['one', 0, 'two', 1])
    },
  },
  {
    of: 78,
    what: 'a property "cookie" within a value is a change',
    async run(t) {
      const store = watchedStore()
      const served = await site(t, { store }, (req, res) => {
        req.session.user = { name: 'bob', cookie: (req.session.user?.cookie ?? 0) + 1 }
        res.end()
      })
      const { cookie } = await served.ask()
      await served.ask({ cookie })
      assert.equal(store.written, 1)
    },
  },
  {
    of: 79,
    what: 'a store that fails as the session is touched is an error',
    async run(t) {
      const store = watchedStore()
      const served = await site(t, { store, resave: false }, stores)
      const { cookie } = await served.ask()
      served.clock.advance('5m')
      store.update = () => Promise.reject(new Error('boom'))
      await served.ask({ cookie })
      assert.equal(served.errors[0]?.code, 'store_unavailable')
    },
  },
  {
    of: 80,
    what: 'a visitor’s session where saveUninitialized is left out',
    instead: forEveryVisitor.replace('is an error: ', ''),
    run: writes(80, '', {}, ends, [0, 0]).run,
  },
  {
    of: 81,
    what: 'saveUninitialized: true',
    instead: forEveryVisitor,
    run: refused({ saveUninitialized: true }, /save\(\)/),
  },
  writes(82, 'with saveUninitialized: false a visitor has none', { saveUninitialized: false }, ends, [0, 0]),
  writes(83, 'who changes something has one', { saveUninitialized: false }, counts, [1, 1]),
  {
    of: 84,
    what: 'a store that fails to save is an error',
    async run(t) {
      const store = watchedStore()
      store.create = () => Promise.reject(new Error('boom'))
      const served = await site(t, { store }, stores)
      const answer = await served.ask()
      assert.deepEqual([served.errors[0]?.code, answer.status, answer.lines], ['store_unavailable', 503, []])
    },
  },
  {
    of: 85,
    what: 'a visitor’s session is not touched',
    async run(t) {
      const store = watchedStore()
      store.update = () => assert.fail('the store was asked')
      await (await site(t, { store, saveUninitialized: false, cookie: { maxAge: minute } }, ends)).ask()
    },
  },
  { of: 92, what: 'another unset is refused', run: refused({ unset: 'bogus' }, /must be/) },
  {
    of: 93,
    what: 'req.session = null where unset is left out',
    instead: 'is an error that asks what it means: to end the session, or to leave it as it was',
    async run(t) {
      const store = watchedStore()
      const served = await site(t, { store }, takesAway)
      const { cookie } = await served.ask()
      assert.match((await served.ask({ cookie })).body, /unset: 'destroy'/)
      assert.equal(store.size(), 1)
    },
  },
  {
    of: 94,
    what: 'with unset: destroy, req.session = null ends the session',
    async run(t) {
      const store = watchedStore()
      const served = await site(t, { store, unset: 'destroy' }, takesAway)
      const { cookie } = await served.ask()
      assert.equal(store.size(), 1)
      await served.ask({ cookie })
      assert.deepEqual([store.size(), await store.read(sidOf(cookie))], [0, null])
    },
  },
  {
    of: 95,
    what: 'a session that was taken away before there was one has no cookie',
    async run(t) {
      const store = watchedStore()
      const answer = await (
        await site(t, { store, unset: 'destroy' }, (req, res) => {
          Object.assign(req, { session: null })
          res.end()
        })
      ).ask()
      assert.deepEqual([answer.lines, store.size()], [[], 0])
    },
  },
  {
    of: 96,
    what: 'a store that fails to end it is an error',
    async run(t) {
      const store = watchedStore()
      const served = await site(t, { store, unset: 'destroy' }, takesAway)
      const { cookie } = await served.ask()
      store.delete = () => Promise.reject(new Error('boom'))
      await served.ask({ cookie })
      assert.equal(served.errors[0]?.code, 'store_unavailable')
    },
  },
]

const takesAway: Handler = (req, res) => {
  req.session.count = (req.session.count ?? 0) + 1
  if (req.session.count === 2) Object.assign(req, { session: null })
  res.end()
}
