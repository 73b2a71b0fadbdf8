import assert from 'node:assert/strict'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { test } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import { H3, HTTPResponse, onError } from 'h3'
import { toNodeHandler } from 'h3/node'
import { createSessions } from '../create-sessions.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { adapterLaws } from '../testing/index.ts'
import { h3Application } from './applications/h3.test-helper.ts'
import { serve } from './core/serve.test-helper.ts'
import { h3Session } from './h3.ts'

for (const law of adapterLaws({
  serve: (...served) => serve(toNodeHandler(h3Application(h3Session, ...served)) as never),
}))
  test(law.name, law.run)

// As Bun, Deno and workers call it: nothing of Node behind the request.
for (const law of adapterLaws({
  serve: (...served) => {
    const app = h3Application(h3Session, ...served)
    return serve(getRequestListener((request) => app.fetch(request)))
  },
}))
  test(`without Node: ${law.name}`, law.run)

for (const way of ['node', 'fetch'] as const) {
  test(`${way}: whatever a handler gives, the cookie is in the answer`, async (t) => {
    const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
    const session = h3Session(sessions)
    const app = new H3({ silent: true })
    app.use(session.middleware)
    const gives: Record<string, () => unknown> = {
      '/text': () => 'text',
      '/json': () => ({ a: 1 }),
      '/nothing': () => null,
      '/redirect': () => Response.redirect('https://example.com/', 303),
      '/refused': () => new Response('no', { status: 418 }),
      '/own': () => new HTTPResponse('own', { status: 201, headers: { 'cdn-cache-control': 'max-age=9' } }),
      '/stream': () => new Response('stream').body,
      '/thrown': () => Promise.reject(new Error('a fault of the application')),
    }
    for (const [path, give] of Object.entries(gives))
      app.all(path, async (event) => {
        await session(event).login('alice')
        return give()
      })
    const { url, close } = await serve(
      way === 'node' ? (toNodeHandler(app) as never) : getRequestListener((request) => app.fetch(request)),
    )
    t.after(close)
    for (const path of Object.keys(gives)) {
      const answer = await fetch(`${url}${path}`, { method: 'POST', redirect: 'manual' })
      const { headers } = answer
      assert.deepEqual(
        [headers.getSetCookie().length, headers.get('cache-control'), headers.get('cdn-cache-control')],
        [1, 'no-store', null],
        path,
      )
    }
    app.use(async (event) => void (await session(event).login('alice')))
    const missing = await fetch(`${url}/missing`, { method: 'POST' })
    assert.deepEqual([missing.status, missing.headers.getSetCookie().length], [404, 1])
    const own = await fetch(`${url}/own`, { method: 'POST' })
    assert.deepEqual([own.status, await own.text()], [201, 'own'])
  })
}

test('an application that answers session errors itself is asked first', async (t) => {
  const session = h3Session(createSessions({ store: memoryStore(), sweepInterval: false }))
  const app = new H3({ silent: true })
  app.use(session.middleware)
  app.use(onError((error) => new Response(`mine: ${error.status}`, { status: error.status })))
  app.get('/', (event) => session(event).requireUser())
  const { url, close } = await serve(toNodeHandler(app) as never)
  t.after(close)
  const answer = await fetch(url)
  assert.deepEqual([answer.status, await answer.text()], [401, 'mine: 401'])
})

test('a handler without the middleware is told which line is missing', () => {
  const session = h3Session(createSessions({ store: memoryStore(), sweepInterval: false }))
  assert.throws(() => session({ context: {} }), /app\.use\(session\.middleware\)/)
})

test('around Nitro 2: a request that a page sends to its own server has the page’s session', async (t) => {
  const session = h3Session(createSessions({ store: memoryStore(), sweepInterval: false }))
  const seen: unknown[] = []
  const nitro = {
    h3App: {
      async handler(event: {
        node: { req: { url?: string | undefined }; res: ServerResponse }
        context: object
      }) {
        const { req, res } = event.node
        if (req.url === '/_nuxt/app.js') {
          seen.push(Reflect.ownKeys(event.context).length)
          return void res.end()
        }
        if (req.url === '/refused') return session(event).requireUser()
        if (req.url === '/inner') return session(event).login('alice')
        await nitro.h3App.handler({ node: madeUp('/inner', event.context), context: {} })
        res.end(session(event).userId)
      },
    },
  }
  session.plugin(nitro)
  const { url, close } = await serve(
    (req, res) => void nitro.h3App.handler({ node: { req, res }, context: {} }),
  )
  t.after(close)
  const page = await fetch(url)
  assert.deepEqual([await page.text(), page.headers.getSetCookie().length], ['alice', 1])
  const refused = await fetch(`${url}/refused`)
  assert.deepEqual([refused.status, await refused.text()], [401, 'Your session has ended. Sign in again.\n'])
  const asset = await fetch(`${url}/_nuxt/app.js`)
  assert.deepEqual([asset.headers.get('vary'), seen], [null, [0]])
})

test('around Nitro 2: a request that it makes up, as off Node, has its cookie in the head that nobody writes', async () => {
  const session = h3Session(createSessions({ store: memoryStore(), sweepInterval: false }))
  const nitro = { h3App: { handler: (event: { context: object }): unknown => session(event).login('alice') } }
  session.plugin(nitro)
  const node = madeUp('/login', undefined)
  await nitro.h3App.handler({ node, context: {} } as { context: object })
  assert.equal([node.res.getHeader('set-cookie')].flat().length, 1)
  assert.match(String(node.res.getHeader('set-cookie')), /^__Host-session=/)
})

test('once a handler has returned, the head takes no cookie, though Node has not written it yet', async () => {
  const session = h3Session(createSessions({ store: memoryStore(), sweepInterval: false }))
  const req = Object.assign(new IncomingMessage(new Socket()), { url: '/', method: 'POST' })
  const event = { node: { req, res: new ServerResponse(req) }, context: {} }
  await session.middleware(event, () => 'on its way')
  assert.equal(event.node.res.headersSent, false)
  await assert.rejects(session(event).login('alice'), { code: 'answer_started' })
})

/** What Nitro 2 makes of a request that came by no connection. */
function madeUp(url: string, __unenv__: object | undefined) {
  const req = Object.assign(new IncomingMessage(new Socket()), { url, method: 'POST', __unenv__ })
  return { req, res: new ServerResponse(req) }
}
