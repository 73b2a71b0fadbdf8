import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { createSessions } from '../create-sessions.ts'
import { isSessionError } from '../errors.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { adapterLaws, testBrowser } from '../testing/index.ts'
import { brokenStore } from '../testing/wrapped-store.ts'
import { honoApplication } from './applications/hono.test-helper.ts'
import { serve } from './core/serve.test-helper.ts'
import { honoSession, type SessionVariables } from './hono.ts'

// Node's server hands Hono its own request and response; other servers do not.
const listeners = {
  'on Node': ({ fetch }: Hono<{ Variables: SessionVariables }>) => getRequestListener(fetch),
  elsewhere: ({ fetch }: Hono<{ Variables: SessionVariables }>) =>
    getRequestListener((request, { incoming }) => fetch(request, { incoming })),
}

for (const [where, listenerFor] of Object.entries(listeners)) {
  const laws = adapterLaws({
    serve: (...served) => serve(listenerFor(honoApplication(honoSession, ...served))),
  })

  for (const law of laws) test(`${where}: ${law.name}`, law.run)

  test(`${where}: a response that is immutable, or sent many times over, takes no harm`, async (t) => {
    const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
    const app = new Hono<{ Variables: SessionVariables }>()
    app.use(honoSession(sessions))
    app.get('/redirect', () => Response.redirect('https://example.com/home', 303))
    const shared = new Response(null, { status: 204, headers: { 'set-cookie': 'theme=dark' } })
    app.all('/shared', async (c) => {
      if (c.req.method === 'POST') await c.var.session.set('a', 1)
      return shared
    })
    const { url, close } = await serve(listenerFor(app))
    t.after(close)
    const told = async (path: string, method = 'GET') => {
      const { status, headers } = await fetch(url + path, { method, redirect: 'manual' })
      return [status, headers.get('vary'), headers.getSetCookie().map((line) => line.split('=')[0])]
    }
    assert.deepEqual(await told('/redirect'), [303, 'Cookie', []])
    assert.deepEqual(await told('/shared', 'POST'), [204, null, ['theme', '__Host-session']])
    for (let n = 0; n < 3; n++) assert.deepEqual(await told('/shared'), [204, 'Cookie', ['theme']])
  })
}

test('Hono’s own handler prints no session error; the application’s is asked, and its page stays', async (t) => {
  const store = brokenStore(memoryStore())
  const sessions = createSessions({ store, sweepInterval: false, warn: () => undefined })
  const printed = t.mock.method(console, 'error', () => undefined)
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.set('a', 1)
  visit.respond()
  const statuses = async (onError?: (error: Error) => Response) => {
    const app = new Hono<{ Variables: SessionVariables }>()
    if (onError) app.onError(onError)
    app.use(honoSession(sessions))
    app.get('/', (c) => c.text(c.var.session.requireUser()))
    const headers = { cookie: browser.cookie ?? '' }
    const ended = await app.request('/', { headers })
    store.fail(true)
    const down = await app.request('/', { headers })
    store.fail(false)
    return [ended.status, ended.headers.get('latchkey-error'), down.status, down.headers.get('retry-after')]
  }
  assert.deepEqual(await statuses(), [401, null, 503, '1'])
  assert.equal(printed.mock.callCount(), 0)
  const asked: unknown[] = []
  const own = (error: Error) => {
    asked.push(isSessionError(error) && error.code)
    return new Response('our page', { status: 500 })
  }
  assert.deepEqual(await statuses(own), [500, null, 500, null])
  assert.deepEqual(asked, ['session_ended', 'store_unavailable'])
})

test('a stream that opens after its browser has gone is forgotten at once', async () => {
  const sessions = createSessions({ store: memoryStore(), streamCheckInterval: '1h' })
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.login('alice')
  visit.respond()
  const headers = { cookie: browser.cookie ?? '' }
  const request = new Request('https://example.com/', { headers, signal: AbortSignal.abort() })
  const signals: AbortSignal[] = []
  const app = new Hono<{ Variables: SessionVariables }>()
  app.use(honoSession(sessions))
  app.get('/', (c) => {
    signals.push(c.var.session.signal)
    return c.body(null)
  })
  await app.request(request)
  await sessions.revokeUser('alice')
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [false],
  )
})
