import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import fastify from 'fastify'
import { memoryStore } from '../../stores/memory/memory.ts'
import { at, type Kept, name, open, sessionOf, site, tells, watchedStore } from './cases/case.test-helper.ts'
import { type DecryptSession, fastifySession, fastifySessionStore, sessionsOf } from './fastify-session.ts'
import { cookieOf, formerApp, formerCookie, sessionOf as formerOf, secret } from './former.test-helper.ts'

const bob = { user: 'bob', cart: [1, 2] }

test('a session that @fastify/session kept in our store is taken over once, and its old cookie is dead there too', async (t) => {
  const records = memoryStore()
  const former = fastifySessionStore({ store: records, sweepInterval: false })
  const cookie = await formerCookie({ store: former }, bob)
  // A process of before, with a request under way.
  const before = await formerApp({ store: former, saveUninitialized: false })
  t.after(() => before.close())
  const { promise: until, resolve: release } = Promise.withResolvers<void>()
  const { promise: started, resolve: arrived } = Promise.withResolvers<void>()
  before.get('/slow', async (request) => {
    arrived()
    await until
    formerOf(request).late = true
    return 'late'
  })
  before.get('/', async (request) => ({ user: formerOf(request).user }))
  const late = before.inject({ url: '/slow', headers: { cookie } }).then((answer) => answer)
  await started

  const store = memoryStore()
  const { ask } = await site(t, { store, now: Date.now, takeOver: { store: former, secret } }, tells)
  const taken = await ask(cookie)
  assert.deepEqual(JSON.parse(taken.body), bob)
  assert.ok(taken.all.some((line) => line.startsWith('sessionId=; ')))
  release()
  assert.equal((await late).statusCode, 401)
  assert.deepEqual((await before.inject({ url: '/', headers: { cookie } })).json(), {})
  assert.deepEqual(JSON.parse((await ask(taken.cookie)).body), bob)
})

test('a session that was taken over is the browser’s also where the save after it fails', async (t) => {
  const former = fastifySessionStore({ store: memoryStore(), sweepInterval: false })
  const cookie = await formerCookie({ store: former }, bob)
  const handlers = at({
    '/bad'(session) {
      session.quantity = Number('two')
    },
    '/': tells,
  })
  const { ask } = await site(t, { now: Date.now, takeOver: { store: former, secret } }, handlers)
  const failed = await ask({ url: '/bad', cookie })
  assert.equal(failed.status, 500)
  assert.deepEqual(JSON.parse((await ask(failed.cookie)).body), bob)
})

test('with userId a sign-in gives a new token by itself, and the sessions behind it can be ended', async (t) => {
  const { app, ask } = await site(
    t,
    { userId: (session) => session.user },
    at({
      '/cart'(session) {
        session.cart = [1]
      },
      '/login'(session) {
        session.user = 'bob'
      },
      '/': tells,
    }),
  )
  const visitor = await ask({ url: '/cart' })
  const signedIn = await ask({ url: '/login', cookie: visitor.cookie })
  assert.notEqual(signedIn.cookie, visitor.cookie)
  assert.deepEqual(JSON.parse((await ask(visitor.cookie)).body), {})
  assert.deepEqual(JSON.parse((await ask(signedIn.cookie)).body), { cart: [1], user: 'bob' })
  assert.equal((await sessionsOf(app).list('bob')).length, 1)
  await sessionsOf(app).revokeUser('bob')
  assert.deepEqual(JSON.parse((await ask(signedIn.cookie)).body), {})
})

test('nothing of an answer goes out before its session is saved', async (t) => {
  const store = watchedStore()
  const { promise: until, resolve: release } = Promise.withResolvers<void>()
  const { promise: asked, resolve: arrived } = Promise.withResolvers<void>()
  const create = store.create.bind(store)
  store.create = async (record) => {
    arrived()
    await until
    await create(record)
  }
  const { ask } = await site(t, { store }, (session) => {
    session.hit = true
    return Readable.from(['a ', 'stream'])
  })
  let isAnswered = false
  const answer = ask().then((answer) => {
    isAnswered = true
    return answer
  })
  await asked
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(isAnswered, false)
  release()
  assert.equal((await answer).body, 'a stream')
  assert.notEqual((await answer).cookie, '')
})

test('an error of the session layer goes through the application’s error handler, and is answered once', async (t) => {
  const store = watchedStore()
  const { app, ask } = await site(t, { store })
  const errors: unknown[] = []
  app.setErrorHandler((error: Error & { code?: string }, _request, reply) => {
    errors.push(error.code)
    return reply.code(503).send('try again')
  })
  store.fails = 'create'
  const { status, body, all } = await ask()
  assert.deepEqual([status, body, errors, all], [503, 'try again', ['store_unavailable'], []])
})

test('what the error handler answers is saved as any other', async (t) => {
  const { ask } = await site(t, {}, (session) => {
    session.failed = true
    throw Object.assign(new Error('teapot'), { statusCode: 418 })
  })
  const { status, cookie } = await ask()
  assert.equal(status, 418)
  assert.notEqual(cookie, '')
})

test('after hijack a session there is is saved, and a new one is refused before the store is written', async (t) => {
  const store = watchedStore()
  const warnings: string[] = []
  const { ask } = await site(t, { store, warn: (text) => warnings.push(text) }, (session, request, reply) => {
    session.seen = request.url
    if (request.url === '/') return 'made'
    reply.hijack()
    reply.raw.end('raw')
    return undefined
  })
  const { cookie } = await ask()
  await ask({ url: '/raw', cookie })
  await new Promise((resolve) => setImmediate(resolve))
  const [sid = ''] = [...store.sids]
  assert.deepEqual((await store.read(sid))?.data, { seen: '"/raw"' })
  assert.equal((await ask({ url: '/raw' })).body, 'raw')
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(store.sids.size, 1)
})

test('request.session cannot be replaced, nor written where its cookie does not reach', async (t) => {
  const { ask } = await site(t, { cookie: { path: '/app' } }, (session, request) => {
    if (request.url === '/app') Object.assign(request, { session: {} })
    else session.user = 'bob'
  })
  const inside = await ask({ url: '/app' })
  assert.equal(inside.status, 500)
  assert.match(inside.body, /Object\.assign\(request\.session/)
  assert.match((await ask({ url: '/' })).body, /not extensible/)
})

test('a value that is none is an error that names it, and nothing is stored', async (t) => {
  const store = watchedStore()
  const { ask } = await site(t, { store }, (session) => {
    session.when = new Date(0)
  })
  const { status, body } = await ask()
  assert.equal(status, 500)
  assert.match(body, /"code":"value_not_json".*when/)
  assert.equal(store.sids.size, 0)
})

test('of a connection that could not give the cookie back nothing is stored', async (t) => {
  const store = watchedStore()
  const { ask } = await site(t, { store })
  assert.deepEqual((await ask({ headers: open })).all, [])
  assert.equal(store.sids.size, 0)
})

const refusals: Readonly<Record<string, readonly [object, RegExp]>> = {
  secret: [{ secret }, /^fastifySession: secret: nothing is signed here.*takeOver/],
  cookiePrefix: [{ cookiePrefix: 's:' }, /takeOver: \{ cookiePrefix \}/],
  saveUninitialized: [{ saveUninitialized: true }, /Write saveUninitialized: false/],
  'a former store': [
    { store: fastifySessionStore({ store: memoryStore(), sweepInterval: false }) },
    /takeOver: \{ store: theFormerOne/,
  ],
  'no store': [{ store: undefined }, /Write store: memoryStore\(\)/],
  'a signature that takes over from no store': [{ takeOver: { secret } }, /takeOver\.store/],
  'an option that does not exist': [{ cookieNames: 'a' }, /cookieNames/],
  'no time': [{ cookie: { maxAge: -1 } }, /^fastifySession: cookie\.maxAge/],
}

for (const [what, [options, message]] of Object.entries(refusals))
  test(`refused, with what to write instead: ${what}`, async () => {
    const app = fastify()
    await assert.rejects(
      async () => app.register(fastifySession as never, { store: memoryStore(), ...options } as never),
      { code: 'config_invalid', message },
    )
  })

test('registered twice, it says so; in a child, it is there alone', async (t) => {
  const app = fastify()
  t.after(() => app.close())
  await app.register(async (child) => {
    await child.register(fastifySession as never, { store: memoryStore(), cookieName: name } as never)
    child.get('/child', async (request) => void sessionOf(request).set('hit', true))
    assert.ok(sessionsOf(child))
  })
  app.get('/', async (request) => ({ session: typeof sessionOf(request) }))
  assert.deepEqual((await app.inject('/')).json(), { session: 'undefined' })
  assert.notEqual(cookieOf(await app.inject('/child'), name), null)
  assert.throws(() => sessionsOf(app), { code: 'config_invalid' })

  const twice = fastify()
  await twice.register(fastifySession as never, { store: memoryStore() } as never)
  await assert.rejects(
    async () => twice.register(fastifySession as never, { store: memoryStore() } as never),
    {
      code: 'config_invalid',
      message: /once/,
    },
  )
  await twice.close()
})

test('it closes its store with the application', async () => {
  let closed = 0
  const app = fastify()
  const store = { ...memoryStore(), close: async () => void closed++ }
  await app.register(fastifySession as never, { store } as never)
  await app.close()
  assert.equal(closed, 1)
})

test('decryptSession gives the request of a handler the session of another cookie, and leaves its own alone', async (t) => {
  const { app, ask } = await site(
    t,
    {},
    at({
      '/'(session, { headers }) {
        session.name ??= headers['x-name']
        return tells(session, {} as never, {} as never)
      },
      async '/other'(_session, request) {
        const { decryptSession } = app as unknown as { decryptSession: DecryptSession }
        const value = `${request.headers['x-cookie']}`.slice(name.length + 1)
        await new Promise<void>((resolve, reject) =>
          decryptSession(value, request, (error) => (error ? reject(error) : resolve())),
        )
        const { session } = request as unknown as { session: Kept }
        session.seen = true
        return session.name
      },
    }),
  )
  const [one, two] = [
    await ask({ headers: { 'x-name': 'one' } }),
    await ask({ headers: { 'x-name': 'two' } }),
  ]
  const answer = await ask({ url: '/other', cookie: one.cookie, headers: { 'x-cookie': two.cookie } })
  assert.deepEqual([answer.status, answer.body, answer.cookie], [200, 'two', ''])
  assert.deepEqual(JSON.parse((await ask(one.cookie)).body), { name: 'one' })
  assert.deepEqual(JSON.parse((await ask(two.cookie)).body), { name: 'two', seen: true })
})
