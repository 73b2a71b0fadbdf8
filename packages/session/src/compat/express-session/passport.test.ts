import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { type TestContext, test } from 'node:test'
import express from 'express'
import { sidOf, watchedStore } from './cases/case.test-helper.ts'
import { session } from './express-session.ts'
import { requireUntyped } from './former.test-helper.ts'
import type { ExpressSessionOptions } from './options.ts'
import { askOf, type Kept } from './served.test-helper.ts'

// biome-ignore lint/suspicious/noExplicitAny: passport comes without types, and its own would decide for all requests.
const { Passport } = requireUntyped('passport') as any
const { Strategy } = requireUntyped('passport-local')

interface User {
  readonly id: string
}

type WithPassport = Kept & {
  readonly user?: User
  logout(options: object, done: (error?: unknown) => void): void
}

/** The real passport, over our sessions as over express-session's. */
async function application(t: TestContext, more: Partial<ExpressSessionOptions> = {}, login: object = {}) {
  const store = watchedStore()
  const auth = session({ store, name: 'sid', resave: false, saveUninitialized: false, ...more })
  const passport = new Passport()
  const check = (name: string, password: string, done: (error: unknown, user: User | false) => void) =>
    done(null, password === 'right' && { id: name })
  passport.use(new Strategy(check))
  passport.serializeUser((user: User, done: (error: unknown, id: string) => void) => done(null, user.id))
  passport.deserializeUser((id: string, done: (error: unknown, user: User) => void) => done(null, { id }))
  const app = express()
  app.use(express.urlencoded(), auth, passport.session())
  app.get('/cart', (req, res) => {
    ;(req as unknown as Kept).session.cart = ['book']
    res.end()
  })
  app.post('/login', passport.authenticate('local', login), (_req, res) => void res.redirect('/me'))
  app.get('/me', (req, res) => {
    const { user, session } = req as unknown as WithPassport
    res.json({ user: user?.id ?? null, cart: session.cart ?? null })
  })
  app.post('/logout', (req, res, next) =>
    (req as unknown as WithPassport).logout({}, (error) => (error ? next(error) : res.redirect('/'))),
  )
  const server = createServer(app as RequestListener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    server.closeAllConnections()
    server.close()
    await auth.sessions.close()
  })
  const ask = (path: string, cookie = '', method = 'GET') => askOf(server, 'sid', { path, cookie, method })
  const signIn = (cookie = '', password = 'right') =>
    ask(`/login?username=alice&password=${password}`, cookie, 'POST')
  const me = async (cookie: string) => JSON.parse((await ask('/me', cookie)).body)
  return { auth, store, ask, signIn, me }
}

test('passport signs in, under another ID, and the one before is dead', async (t) => {
  const { store, ask, signIn, me } = await application(t)
  const visitor = await ask('/cart')
  const login = await signIn(visitor.cookie)
  assert.deepEqual([login.status, login.headers.location], [302, '/me'])
  assert.notEqual(sidOf(login.cookie), sidOf(visitor.cookie))
  assert.equal(await store.read(sidOf(visitor.cookie)), null)
  assert.deepEqual(await me(login.cookie), { user: 'alice', cart: null })
  assert.deepEqual(await me(visitor.cookie), { user: null, cart: null })
})

test('keepSessionInfo keeps what the visitor had', async (t) => {
  const { ask, signIn, me } = await application(t, {}, { keepSessionInfo: true })
  const { cookie } = await signIn((await ask('/cart')).cookie)
  assert.deepEqual(await me(cookie), { user: 'alice', cart: ['book'] })
})

test('a wrong password signs nobody in', async (t) => {
  const { signIn, store } = await application(t)
  assert.deepEqual([(await signIn('', 'wrong')).status, store.created], [401, 0])
})

test('passport signs out, and the session of before is dead', async (t) => {
  const { store, ask, signIn, me } = await application(t)
  const { cookie } = await signIn()
  assert.equal((await ask('/logout', cookie, 'POST')).status, 302)
  assert.equal(await store.read(sidOf(cookie)), null)
  assert.equal((await me(cookie)).user, null)
})

test('with userId its sessions are listed and revoked by user', async (t) => {
  const userId = (of: { passport?: { user?: string } }) => of.passport?.user
  const { auth, signIn, me } = await application(t, { userId }, { keepSessionInfo: true })
  const { cookie } = await signIn()
  assert.equal((await auth.sessions.list('alice')).length, 1)
  assert.equal(await auth.sessions.revokeUser('alice'), 1)
  assert.equal((await me(cookie)).user, null)
})

test('two sign-ins of one click both sign in', async (t) => {
  const { ask, signIn, me } = await application(t)
  const visitor = await ask('/cart')
  const both = await Promise.all([signIn(visitor.cookie), signIn(visitor.cookie)])
  for (const { status, cookie } of both) {
    assert.equal(status, 302)
    assert.equal((await me(cookie)).user, 'alice')
  }
})
