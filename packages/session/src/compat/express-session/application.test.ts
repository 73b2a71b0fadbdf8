import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import express from 'express'
import { serve } from '../../adapters/core/serve.test-helper.ts'
import { expressSession } from '../../adapters/express.ts'
import { nodeExchange } from '../../adapters/node.ts'
import { memoryStore } from '../../stores/memory/memory.ts'
import { sidOf, site, watchedStore } from './cases/case.test-helper.ts'
import { session } from './express-session.ts'
import { requireUntyped } from './former.test-helper.ts'
import { askOf, type Kept } from './served.test-helper.ts'

for (const [version, framework] of [
  ['5', express],
  ['4', requireUntyped('express-4') as typeof express],
] as const) {
  test(`in Express ${version} a save that fails goes to the application's error handler`, async (t) => {
    const store = watchedStore()
    store.create = () => Promise.reject(new Error('boom'))
    const app = framework()
    app.use(session({ store, name: 'sid', warn: () => undefined }))
    app.get('/', (req, res) => {
      ;(req as unknown as Kept).session.user = 'bob'
      res.set('cache-control', 'public').json({ welcome: 'bob' })
    })
    app.use((error: { code: string }, _req: unknown, res: express.Response, _next: unknown) => {
      res.status(503).send(`sorry: ${error.code}`)
    })
    const { url, close } = await serve(app)
    t.after(close)
    const answer = await fetch(url)
    assert.deepEqual([answer.status, await answer.text()], [503, 'sorry: store_unavailable'])
    assert.equal(answer.headers.get('cache-control'), null)
    assert.match(answer.headers.get('content-type') ?? '', /html/)
  })
}

test('new code beside the old has the same session by expressSession, and there is one cookie', async (t) => {
  const old = session({ store: memoryStore(), name: 'sid' })
  const current = expressSession(old.sessions)
  const app = express()
  app.use(old)
  app.use(current.middleware)
  app.get('/', async (req, res) => {
    const { session } = req as unknown as Kept
    session.cart = ['book']
    await session.save()
    res.json([current(req).sid, session.id, current(req).get('cart')])
  })
  app.post('/login', async (req, res) => {
    await current(req).login('alice')
    await current(req).set('cookie', 'by new code')
    res.send((req as unknown as Kept).session.cart)
  })
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  t.after(() => server.closeAllConnections())
  const first = await askOf(server, 'sid')
  const [sid, id, cart] = JSON.parse(first.body)
  assert.deepEqual([sid, cart, first.lines.length], [id, ['book'], 1])
  const login = await askOf(server, 'sid', { path: '/login', method: 'POST', cookie: first.cookie })
  assert.deepEqual([login.body, login.lines.length], ['["book"]', 1])
  assert.equal((await old.sessions.list('alice')).length, 1)
  assert.equal((await askOf(server, 'sid', { cookie: login.cookie })).status, 200)
})

test('the same middleware twice is one session; another is an error', async (t) => {
  for (const isSame of [true, false]) {
    const first = session({ store: memoryStore(), name: 'sid' })
    const second = isSame ? first : session({ store: memoryStore(), name: 'sid' })
    const app = express()
    app.use(first, second)
    app.get('/', (_req, res) => void res.send('ok'))
    app.use(
      (error: Error, _req: unknown, res: express.Response, _next: unknown) => void res.send(error.message),
    )
    const { url, close } = await serve(app)
    t.after(close)
    assert.match(await (await fetch(url)).text(), isSame ? /^ok$/ : /Make one/)
  }
})

test('the middleware that nobody has made says so', async (t) => {
  const app = express()
  app.use(session as unknown as express.RequestHandler)
  app.use(
    (error: Error, _req: unknown, res: express.Response, _next: unknown) => void res.send(error.message),
  )
  const { url, close } = await serve(app)
  t.after(close)
  assert.match(await (await fetch(url)).text(), /Write app\.use\(session\(\{ store/)
})

test('a request that was never given a session is told the line to write', () => {
  const auth = session({ store: memoryStore(), name: 'sid' })
  assert.throws(() => auth.of({} as Kept), /app\.use\(session/)
})

const userId = (of: { user?: string }) => of.user

test('with userId a sign-in gives a new token by itself, and signing out by values ends the session', async (t) => {
  const store = watchedStore()
  const served = await site(t, { store, userId }, (req, res) => {
    if (req.url === '/login') req.session.user = 'alice'
    if (req.url === '/other') req.session.user = 'bob'
    if (req.url === '/logout') delete req.session.user
    req.session.cart = [...(req.session.cart ?? []), 1]
    res.end(JSON.stringify(req.session.cart))
  })
  const planted = await served.ask()
  const login = await served.ask({ path: '/login', cookie: planted.cookie })
  assert.equal(login.body, '[1,1]')
  assert.equal(sidOf(login.cookie), sidOf(planted.cookie))
  assert.notEqual(login.cookie, planted.cookie)
  assert.equal((await served.ask({ cookie: planted.cookie })).status, 409, 'the planted token is dead')
  const [summary] = await served.auth.sessions.list('alice')
  assert.deepEqual([summary?.get('user'), summary?.get('cart')], ['alice', [1, 1]])

  const other = await served.ask({ path: '/other', cookie: login.cookie })
  assert.deepEqual([(await served.auth.sessions.list('alice')).length, other.lines.length], [0, 1])
  const logout = await served.ask({ path: '/logout', cookie: other.cookie })
  assert.notEqual(sidOf(logout.cookie), sidOf(other.cookie))
  assert.equal(await store.read(sidOf(other.cookie)), null)
})

test('beside new code that signs in, values of the old that name nobody sign nobody out', async (t) => {
  const served = await site(t, { userId }, async (req, res) => {
    const exchange = nodeExchange(req, res)
    const session = await served.auth.sessions.open(exchange)
    if (req.url === '/login') await session.login('alice')
    if (req.url === '/other') await session.login('bob')
    if (req.url === '/logout') await session.logout()
    if (req.url !== '/logout') req.session.seen = req.url
    res.end(`${session.userId}`)
  })
  const { cookie } = await served.ask()
  const login = await served.ask({ path: '/login', cookie })
  assert.equal((await served.ask({ cookie: login.cookie })).body, 'alice')
  const other = await served.ask({ path: '/other', cookie: login.cookie })
  assert.deepEqual(
    [other.status, served.errors.at(-1)?.code],
    [401, 'session_ended'],
    'the object is of the session before',
  )
  const again = await served.ask({ path: '/login' })
  assert.equal((await served.ask({ path: '/logout', cookie: again.cookie })).body, 'null')
})
