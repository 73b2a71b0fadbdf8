import assert from 'node:assert/strict'
import { once } from 'node:events'
import {
  connect,
  createServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type IncomingHttpHeaders,
} from 'node:http2'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { createSessions } from '../create-sessions.ts'
import type { Session } from '../session.ts'
import type { Sessions } from '../sessions.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { fastifySession } from './fastify.ts'
import { fetchSession } from './fetch.ts'
import { honoSession } from './hono.ts'
import { koaSession } from './koa.ts'
import { nodeSession } from './node.ts'

// Over HTTP/2 there is no Host: what stands for it, `:authority`, is not among the headers of every framework.

type Listener = (req: Http2ServerRequest, res: Http2ServerResponse) => unknown

// What the application says of its answer, which is not for others once it brings a session.
const head = { 'set-cookie': 'theme=dark', 'cache-control': 'public' }

const adapters: Readonly<Record<string, (sessions: Sessions) => Listener | Promise<Listener>>> = {
  node: (sessions) =>
    nodeSession(sessions, async (_req, res, session) => {
      await session.login('alice')
      res.writeHead(200, head).end('in')
    }) as unknown as Listener,
  fetch: (sessions) =>
    getRequestListener(
      fetchSession(sessions, async (_request, session) => {
        await session.login('alice')
        return new Response('in', { headers: head })
      }),
    ) as Listener,
  async fastify(sessions) {
    const session = fastifySession(sessions)
    const app = fastify({ http2: true })
    await app.register(session.plugin)
    app.post('/', async (request, reply) => {
      await session(request).login('alice')
      return reply.headers(head).send('in')
    })
    await app.ready()
    return (req, res) => app.routing(req, res)
  },
  koa(sessions) {
    const session = koaSession(sessions)
    const app = new Koa().use(session.middleware).use(async (ctx) => {
      await session(ctx).login('alice')
      ctx.set(head)
      ctx.body = 'in'
    })
    return app.callback()
  },
  hono(sessions) {
    const app = new Hono<{ Variables: { session: Session } }>()
    app.use(honoSession(sessions))
    app.post('/', async (c) => {
      await c.var.session.login('alice')
      return c.text('in', 200, head)
    })
    return getRequestListener(app.fetch) as Listener
  },
}

for (const [name, serve] of Object.entries(adapters)) {
  test(`${name}: over HTTP/2 a page of our own may post and gets its cookie, and no other`, async (t) => {
    const sessions = createSessions({ store: memoryStore(), sweepInterval: false, warn: () => undefined })
    const server = createServer(await serve(sessions)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const client = connect(own)
    t.after(async () => {
      client.close()
      server.close()
      await sessions.close()
    })
    const post = async (origin: string) => {
      const headers = { ':method': 'POST', ':path': '/', origin, 'sec-fetch-site': 'same-origin' }
      const stream = client.request(headers).resume().end()
      const [received] = await once(stream, 'response')
      return received as IncomingHttpHeaders
    }
    const answer = await post(own)
    assert.equal(answer[':status'], 200)
    assert.deepEqual(answer['set-cookie']?.map((line) => line.split('=')[0]).toSorted(), [
      '__Host-session',
      'theme',
    ])
    assert.equal(answer['cache-control'], 'no-store')
    assert.equal((await post('http://evil.example'))[':status'], 403)
  })
}
