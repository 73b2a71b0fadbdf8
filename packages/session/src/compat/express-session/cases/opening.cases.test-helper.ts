import assert from 'node:assert/strict'
import { session } from '../express-session.ts'
import { expressSession, formerCookie } from '../former.test-helper.ts'
import { lifeOf } from '../served.test-helper.ts'
import { type Case, counts, minute, sidOf, site, stores, watchedStore } from './case.test-helper.ts'

/** How a request comes to its session, and an answer to its cookie. */
export const openingCases: readonly Case[] = [
  {
    of: 1,
    what: 'the constructors are there',
    run() {
      for (const it of [session.Session, session.Store, session.MemoryStore])
        assert.equal(typeof it, 'function')
      assert.equal(typeof new session.MemoryStore().read, 'function')
    },
  },
  {
    of: 2,
    what: 'a request that has a session already',
    instead: 'is an error that says whose line to remove',
    async run(t) {
      const before = (req: object) => void Object.assign(req, { session: {} })
      const answer = await (await site(t, { before })).ask()
      assert.equal(answer.status, 500)
      assert.match(answer.body, /Remove its app\.use/)
      assert.deepEqual(answer.lines, [])
    },
  },
  {
    of: 3,
    what: 'a missing secret is an error at each request',
    instead: 'nothing is signed, so there is none; for a take-over without one it is an error at the start',
    run() {
      const takeOver = { store: new expressSession.MemoryStore(), secret: undefined as never }
      assert.throws(() => session({ store: new session.MemoryStore(), takeOver }), /takeOver\.secret/)
    },
  },
  {
    of: 4,
    what: 'the secret of cookie-parser in req.secret is taken',
    instead: 'nothing is signed; takeOver has the secret itself',
    async run(t) {
      const before = (req: object) => void Object.assign(req, { secret: 'keyboard' })
      assert.equal((await (await site(t, { before })).ask()).status, 200)
    },
  },
  {
    of: 5,
    what: 'a stored value makes one session and a cookie',
    async run(t) {
      const store = watchedStore()
      const answer = await (await site(t, { store })).ask()
      assert.equal(answer.lines.length, 1)
      assert.equal(store.size(), 1)
    },
  },
  {
    of: 6,
    what: 'the cookie brings the session back',
    async run(t) {
      const served = await site(t, {}, counts)
      const { cookie } = await served.ask()
      assert.equal((await served.ask({ cookie })).body, '2')
    },
  },
  {
    of: 7,
    what: 'a store that fails to read is an error of the request that needs it',
    async run(t) {
      const store = watchedStore()
      const served = await site(t, { store })
      const { cookie } = await served.ask()
      store.read = async () => Promise.reject(new Error('boom'))
      assert.equal((await served.ask({ cookie })).status, 503)
      assert.equal(served.errors[0]?.code, 'store_unavailable')
      assert.equal((await served.ask()).status, 200)
    },
  },
  {
    of: 8,
    what: 'a store of files that says ENOENT has no such session',
    async run(t) {
      const store = new expressSession.MemoryStore()
      const cookie = await formerCookie({ store, secret: 'cat' })
      store.get = (_id, done) => done(Object.assign(new Error('boom'), { code: 'ENOENT' }))
      const served = await site(t, { takeOver: { store, secret: 'cat' } }, (req, res) =>
        res.end(`${req.session.user}`),
      )
      const answer = await served.ask({ cookie })
      assert.deepEqual([answer.status, answer.body], [200, 'undefined'])
    },
  },
  {
    of: 9,
    what: 'two browsers have two sessions',
    async run(t) {
      const store = watchedStore()
      const served = await site(t, { store }, counts)
      const answers = await Promise.all([served.ask(), served.ask()])
      assert.deepEqual([...answers.map(({ body }) => body), store.size()], ['1', '1', 2])
    },
  },
  {
    of: 10,
    what: 'a request with an empty address has a session',
    async run(t) {
      const served = await site(t, { before: (req) => void Object.assign(req, { url: '' }) })
      assert.equal((await served.ask()).lines.length, 1)
    },
  },
  {
    of: 13,
    what: 'a stored value with the name of a method stays out of the way',
    async run(t) {
      const store = watchedStore()
      const served = await site(t, { store }, counts)
      const { cookie } = await served.ask()
      await store.update(sidOf(cookie), { set: { save: '"nope"' } })
      assert.deepEqual([(await served.ask({ cookie })).body, served.errors], ['2', []])
      assert.equal((await store.read(sidOf(cookie)))?.data.save, '"nope"')
    },
  },
  {
    of: 14,
    what: 'the values are what can be listed of a session, and its cookie',
    async run(t) {
      const served = await site(t, {}, (req, res) => {
        Object.assign(req.session, { one: 1, two: 'b' })
        res.end(Object.keys(req.session).sort().join())
      })
      assert.equal((await served.ask()).body, 'cookie,one,two')
    },
  },
  {
    of: 15,
    what: 'nothing is stored under an ID that the application has set',
    async run(t) {
      const store = watchedStore()
      const served = await site(t, { store }, (req, res) => {
        Object.assign(req, { sessionID: () => undefined })
        stores(req, res)
      })
      const answer = await served.ask()
      assert.deepEqual([answer.lines, store.size()], [[], 0])
      assert.match(answer.body, /regenerate/)
    },
  },
  {
    of: 16,
    what: 'with rolling, a later answer gives the cookie its whole life again',
    async run(t) {
      const served = await site(t, { rolling: true, cookie: { maxAge: minute } }, (req, res) => {
        req.session.user = 'bob'
        res.write('hello, ')
        setImmediate(() => res.end('world'))
      })
      const first = await served.ask()
      served.clock.advance('5s')
      const second = await served.ask({ cookie: first.cookie })
      assert.deepEqual([lifeOf(first.lines[0]), lifeOf(second.lines[0])], [minute, minute])
    },
  },
  ...['no longer there', 'no longer there, under a new ID'].map(
    (what, at): Case => ({
      of: 22 + at,
      what: `a cookie whose session is ${what} begins a session`,
      async run(t) {
        const served = await site(t, {}, counts)
        const { cookie } = await served.ask()
        await served.auth.sessions.revokeAll()
        const answer = await served.ask({ cookie })
        assert.equal(answer.body, '1')
        assert.notEqual(sidOf(answer.cookie), sidOf(cookie))
      },
    }),
  ),
  {
    of: 24,
    what: 'an ID without its secret begins a session',
    async run(t) {
      const served = await site(t, {}, counts)
      const { cookie } = await served.ask()
      const answer = await served.ask({ cookie: `sid=${sidOf(cookie)}` })
      assert.equal(answer.body, '1')
      assert.notEqual(sidOf(answer.cookie), sidOf(cookie))
    },
  },
  {
    of: 25,
    what: 'a mangled cookie is not even looked for',
    async run(t) {
      const store = watchedStore()
      const served = await site(t, { store }, counts)
      const { cookie } = await served.ask()
      store.read = () => assert.fail('the store was asked')
      assert.equal((await served.ask({ cookie: cookie.replace(/....$/, '.') })).body, '1')
    },
  },
  ...['is another', 'has another ID', 'leaves nothing behind'].map(
    (what, at): Case => ({
      of: 26 + at,
      what: `a session after its maxAge ${what}`,
      async run(t) {
        const store = watchedStore()
        const served = await site(t, { store, cookie: { maxAge: 1000 } }, counts)
        const { cookie } = await served.ask()
        served.clock.advance('2s')
        const answer = await served.ask({ cookie })
        assert.equal(answer.body, '1')
        assert.notEqual(sidOf(answer.cookie), sidOf(cookie))
        assert.equal(await store.read(sidOf(cookie)), null)
      },
    }),
  ),
  {
    of: 29,
    what: 'what the former store has without a cookie',
    instead: 'is no session, and the request a visitor’s',
    async run(t) {
      const store = new expressSession.MemoryStore()
      const cookie = await formerCookie({ store, secret: 'cat' })
      store.get = (_id, done) => done(null, { foo: 'bar' })
      const served = await site(t, { takeOver: { store, secret: 'cat' } }, (req, res) =>
        res.end(`${req.session.foo}`),
      )
      assert.equal((await served.ask({ cookie })).body, 'undefined')
    },
  },
]
