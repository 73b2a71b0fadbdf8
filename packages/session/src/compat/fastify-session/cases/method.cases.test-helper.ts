import assert from 'node:assert/strict'
import {
  at,
  type Case,
  type Handler,
  name,
  type Setting,
  site,
  tells,
  watchedStore,
} from './case.test-helper.ts'

/** One request of a visitor, whose handler says whether it is right. */
const once = (of: number, what: string, handler: Handler, setting: Setting = {}): Case => ({
  of,
  what,
  async run(t) {
    const { ask } = await site(t, setting, async (...given) => void (await handler(...given)))
    const { status, body } = await ask()
    assert.equal(status, 200, body)
  },
})

const refusedOption = (of: number, what: string): Case => ({
  of,
  what,
  instead: 'is refused: IDs are always 120 random bits',
  run: (t) =>
    assert.rejects(site(t, { idGenerator: () => 'custom' } as never), {
      code: 'config_invalid',
      message: /^fastifySession: idGenerator/,
    }),
})

/** One request in a session there is, whose store fails in one way: so does the call. */
function fails(of: number, what: string, at: 'create' | 'read' | 'delete', call: Handler): Case {
  return {
    of,
    what,
    async run(t) {
      const store = watchedStore()
      const { ask } = await site(t, { store }, async (session, request, reply) => {
        if (!request.headers.cookie && at !== 'create') {
          session.hit = true
          return
        }
        store.fails = at
        await assert.rejects(
          async () => call(session, request, reply),
          ({ code, cause }) => code === 'store_unavailable' && cause.message === 'no can do',
        )
        store.fails = null
        reply.hijack()
        reply.raw.end()
      })
      const { cookie } = at === 'create' ? { cookie: '' } : await ask()
      assert.equal((await ask(cookie)).status, 200)
    },
  }
}

const called = (act: (done: (error?: unknown) => void) => void) =>
  new Promise<void>((resolve, reject) => act((error) => (error ? reject(error) : resolve())))

/** Keeps one value through `regenerate`, by callback or by promise. */
function keeping(of: number, what: string, regenerate: Handler): Case {
  return {
    of,
    what,
    async run(t) {
      const ids: string[] = []
      const { ask } = await site(
        t,
        {},
        at({
          async '/'(session, request, reply) {
            ids.push(session.sessionId)
            session.set('message', 'hello world')
            session.set('other', 'gone')
            await regenerate(session, request, reply)
          },
          '/check'(session) {
            ids.push(session.sessionId)
            return { message: session.get('message'), other: session.get('other') }
          },
        }),
      )
      const { cookie } = await ask()
      assert.deepEqual(JSON.parse((await ask({ url: '/check', cookie })).body), { message: 'hello world' })
      assert.notEqual(ids[0], ids[1])
    },
  }
}

type Decrypt = (value: string, request: object, ...more: unknown[]) => void

async function decrypted(decrypt: Decrypt, cookie: string, ...more: unknown[]) {
  const request = {} as { session: Parameters<Handler>[0] }
  await called((done) => decrypt(cookie.slice(name.length + 1), request, ...more, done))
  return request.session
}

const decryptOf = (app: object) => (app as { decryptSession: Decrypt }).decryptSession

export const methodCases: readonly Case[] = [
  once(1, 'a request has its session', (session) => assert.ok(session)),
  once(2, 'a destroyed session is null', async (session, request) => {
    await called((done) => session.destroy(done))
    assert.equal((request as unknown as { session: unknown }).session, null)
  }),
  {
    of: 3,
    what: 'a session says what is in its cookie (encryptedSessionId)',
    instead: 'is refused: whoever logs it could be that user',
    async run(t) {
      const { ask } = await site(t, {}, (session) =>
        assert.throws(() => session.encryptedSessionId, { code: 'config_invalid', message: /sessionId/ }),
      )
      assert.equal((await ask()).status, 200)
    },
  },
  once(4, 'a session has its cookie', (session) => assert.ok(session.cookie)),
  once(5, 'a session has its ID', (session) => assert.ok(session.sessionId)),
  once(6, 'set and get are the properties', (session) => {
    session.set('foo', 'bar')
    assert.equal(session.get('foo'), 'bar')
    assert.equal(session.foo, 'bar')
  }),
  refusedOption(7, 'idGenerator makes the IDs'),
  {
    of: 8,
    what: 'values are there at the next request',
    async run(t) {
      const { ask } = await site(t, {}, (session) => {
        if (session.foo) return session.foo
        session.foo = 'bar'
        return 'first'
      })
      const { cookie } = await ask()
      assert.equal((await ask(cookie)).body, 'bar')
    },
  },
  {
    of: 9,
    what: 'regenerate gives a new ID',
    async run(t) {
      const ids: string[] = []
      const { ask } = await site(t, {}, async (session, request) => {
        ids.push(session.sessionId)
        if (!request.headers.cookie) await called((done) => session.regenerate(done))
      })
      const { cookie } = await ask()
      assert.notEqual(cookie, '')
      await ask(cookie)
      assert.notEqual(ids[0], ids[1])
    },
  },
  keeping(10, 'and keeps the values that it is told, with a callback', (session) =>
    called((done) => session.regenerate(['message'], done)),
  ),
  keeping(11, 'and with a promise', (session) => session.regenerate(['message'])),
  {
    of: 12,
    what: 'the application has decryptSession',
    run: async (t) => assert.equal(typeof decryptOf((await site(t)).app), 'function'),
  },
  {
    of: 13,
    what: 'which opens the session of a cookie on any object, and it can be saved',
    async run(t) {
      const { app, ask } = await site(t, {}, (session) => {
        session.testData ??= 'this is a test'
        return tells(session, {} as never, {} as never)
      })
      const { cookie } = await ask()
      const session = await decrypted(decryptOf(app), cookie)
      assert.equal(session.testData, 'this is a test')
      assert.equal(session.cookie.originalMaxAge, null)
      assert.ok(cookie.startsWith(`${name}=${session.sessionId}`))
      session.more = 1
      await session.save()
      assert.deepEqual(JSON.parse((await ask(cookie)).body), { testData: 'this is a test', more: 1 })
    },
  },
  {
    of: 14,
    what: 'with attributes of its cookie',
    async run(t) {
      const { app, ask } = await site(t)
      const { cookie } = await ask()
      assert.equal(
        (await decrypted(decryptOf(app), cookie, { maxAge: 86_400 })).cookie.originalMaxAge,
        86_400,
      )
    },
  },
  {
    of: 15,
    what: 'a session that is over and cannot be deleted is the answer’s error',
    async run(t) {
      const store = watchedStore()
      const { ask, clock } = await site(t, { store }, (session) => {
        session.hit = true
        session.options({ maxAge: 1000 })
      })
      const { cookie } = await ask()
      clock.advance(1000)
      store.fails = 'delete'
      assert.equal((await ask(cookie)).status, 503)
    },
  },
  refusedOption(18, 'idGenerator is given the request'),
  refusedOption(19, 'idGenerator is given it with rolling: false'),
  once(20, 'reload forgets what was not saved', async (session, request) => {
    session.someData = 'some-data'
    await called((done) => session.reload(done))
    assert.equal((request as unknown as { session: { someData?: unknown } }).session.someData, undefined)
  }),
  once(
    21,
    'a saved session can be reloaded',
    async (session) => {
      session.someData = 'some-data'
      await called((done) => session.save(done))
      await called((done) => session.reload(done))
    },
    { cookie: { secure: false } },
  ),
  once(22, 'and has what was saved', async (session, request) => {
    session.someData = 'some-data'
    await called((done) => session.save(done))
    assert.equal(session.someData, 'some-data')
    await called((done) => session.reload(done))
    assert.equal((request as unknown as { session: { someData?: unknown } }).session.someData, 'some-data')
  }),
  once(23, 'destroy gives a promise', (session) => session.destroy()),
  fails(24, 'which rejects where the store fails', 'delete', (session) => session.destroy()),
  once(25, 'regenerate gives a promise', (session) => session.regenerate()),
  fails(26, 'which rejects where the store fails', 'delete', (session) => session.regenerate()),
  {
    of: 27,
    what: 'regenerate ends the session before it in the store',
    async run(t) {
      const store = watchedStore()
      const ids: string[] = []
      const { ask } = await site(t, { store }, async (session, request) => {
        if (session.get('userId')) await called((done) => session.regenerate(done))
        else session.set('userId', 42)
        ids.push((request as unknown as { session: typeof session }).session.sessionId)
      })
      const { cookie } = await ask()
      await ask(cookie)
      assert.notEqual(ids[0], ids[1])
      assert.deepEqual([...store.sids], [ids[1]])
    },
  },
  once(28, 'reload gives a promise', (session) => session.reload()),
  fails(29, 'which rejects where the store fails', 'read', (session) => session.reload()),
  once(30, 'save gives a promise', (session) => session.save()),
  fails(31, 'which rejects where the store fails', 'create', (session) => session.save()),
]
