import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import express from 'express'
import { createSessions } from '../create-sessions.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { fakeClock } from '../testing/index.ts'
import { serve } from './core/serve.test-helper.ts'
import { expressSession } from './express.ts'

test('a middleware that is mounted twice keeps what the first one’s session did', async (t) => {
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
  const session = expressSession(sessions)
  const app = express()
    .use(session.middleware)
    .use(async (req, _res, next) => {
      await session(req).set('a', 1)
      next()
    })
    .use(session.middleware)
    .use(async (req, res) => {
      const own = session(req)
      await own.login('alice')
      res.json([own.get('a'), own.userId])
    })
  const { url, close } = await serve(app)
  t.after(close)
  const answer = await fetch(url, { method: 'POST' })
  assert.deepEqual(await answer.json(), [1, 'alice'])
  assert.equal(answer.headers.getSetCookie().length, 1)
})

test('two middlewares of the same sessions have one handle, and the first one’s options count', async (t) => {
  const clock = fakeClock()
  const sessions = createSessions({ store: memoryStore(), now: clock.now, sweepInterval: false })
  const [session, quiet] = [expressSession(sessions), expressSession(sessions, { touch: false })]
  const app = express()
    .use('/poll', quiet.middleware)
    .use(session.middleware)
    .use('/login', async (req, res) => {
      await session(req).login('alice')
      res.end()
    })
    .use((req, res) => void res.send(session(req).userId ?? 'nobody'))
  const { url, close } = await serve(app)
  t.after(close)
  const login = await fetch(`${url}/login`, { method: 'POST' })
  const cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const poll = async () => (await fetch(`${url}/poll`, { headers: { cookie } })).text()
  for (let n = 0; n < 2; n++) {
    clock.advance('14m')
    assert.equal(await poll(), 'alice')
  }
  clock.advance('2m')
  assert.equal(await poll(), 'nobody')
})

test('a rejection of the middleware goes to next, also where nobody looks at its promise', async () => {
  const session = expressSession(createSessions({ store: memoryStore(), sweepInterval: false }))
  const server = createServer((req, res) => {
    // As Express 4 calls it.
    void session.middleware(req, res, (error) => res.writeHead(error ? 418 : 200).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const answer = await fetch(url, { method: 'POST', headers: { origin: 'https://evil.example' } })
  assert.equal(answer.status, 418)
  server.close()
  server.closeAllConnections()
})
