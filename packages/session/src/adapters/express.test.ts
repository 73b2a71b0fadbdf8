import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import { createSessions } from '../create-sessions.ts'
import { isSessionError } from '../errors.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { adapterLaws, fakeClock } from '../testing/index.ts'
import { expressApplication } from './applications/express.test-helper.ts'
import { serve } from './core/serve.test-helper.ts'
import { expressSession } from './express.ts'

for (const law of adapterLaws({ serve: (...served) => serve(expressApplication(expressSession, ...served)) }))
  test(law.name, law.run)

/** The session's middleware first, as in the README; then a sign-in by POST, and what the test has. */
async function servedFirst(t: TestContext, routes: (app: Express) => void) {
  const clock = fakeClock()
  const session = expressSession(
    createSessions({ store: memoryStore(), now: clock.now, sweepInterval: false }),
  )
  const app = express()
  app.use(session.middleware)
  app.post('/login', async (req, res) => {
    await session(req).login('alice')
    res.end()
  })
  routes(app)
  const { url, close } = await serve(app)
  t.after(close)
  const login = await fetch(`${url}/login`, { method: 'POST' })
  const cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  return { clock, url, cookie }
}

test('a page that the browser has already is stored by no cache either, where it brings a new cookie', async (t) => {
  const { clock, url, cookie } = await servedFirst(t, (app) =>
    app.get('/', (_req, res) => void res.set('cache-control', 'public, max-age=60').send('for all')),
  )
  const etag = (await fetch(url)).headers.get('etag') ?? ''
  // As browsers send it; fetch would add its own no-cache, which asks for the whole page.
  const headers = { cookie, 'if-none-match': etag, 'cache-control': 'max-age=0' }
  const get = () => fetch(url, { headers })
  const told: unknown[] = []
  for (const wait of ['29m', '29m', '2m'] as const) {
    clock.advance(wait)
    const answer = await get()
    told.push([answer.status, answer.headers.getSetCookie().length, answer.headers.get('cache-control')])
  }
  const plain = [304, 0, 'public, max-age=60']
  assert.deepEqual(told, [plain, plain, [304, 1, 'no-store']])
})

test('files keep what express.static says of them, also behind the session', async (t) => {
  const options = { maxAge: '1y', immutable: true }
  const { url, cookie } = await servedFirst(t, (app) => {
    app.use('/kept', express.static(import.meta.dirname, options))
    app.use('/plain', express.static(import.meta.dirname))
  })
  const told = async (path: string, headers: Record<string, string>) =>
    (await fetch(`${url}${path}/express.ts`, { headers })).headers.get('cache-control')
  for (const headers of [{}, { cookie }])
    assert.equal(await told('/kept', headers), 'public, max-age=31536000, immutable')
  assert.equal(await told('/plain', { cookie }), 'no-store', 'nobody wished anything')
})

test('an error after the answer has begun goes to the application’s error handler', async (t) => {
  const session = expressSession(createSessions({ store: memoryStore() }))
  const app = express()
  app.use(session.middleware)
  app.get('/', (req, res) => {
    res.write('a part')
    session(req).requireFresh('10m')
  })
  app.use(session.errorHandler)
  const seen: unknown[] = []
  app.use((error: unknown, _req: Request, res: Response, _next: NextFunction) => {
    seen.push(isSessionError(error) && error.code)
    res.end()
  })
  const { url, close } = await serve(app)
  t.after(close)
  assert.equal(await (await fetch(url)).text(), 'a part')
  assert.deepEqual(seen, ['reauthentication_required'])
})
