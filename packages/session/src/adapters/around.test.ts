import assert from 'node:assert/strict'
import { createServer, request as httpRequest, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { createGzip } from 'node:zlib'
import express from 'express'
import fastify from 'fastify'
import Koa from 'koa'
import { createSessions } from '../create-sessions.ts'
import type { Sessions } from '../sessions.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { serve } from './core/serve.test-helper.ts'
import { expressSession } from './express.ts'
import { fastifySession } from './fastify.ts'
import { koaSession } from './koa.ts'

// What is mounted before, after or in front of a session changes nothing of it.

type Layer = (req: unknown, res: ServerResponse, next: () => void) => void

const json = { 'content-type': 'application/json' }

/** Signs in whom the body names; each has the layer before its session's middleware, or after it. */
const applications: Readonly<
  Record<
    string,
    (sessions: Sessions, layer: Layer, isBefore: boolean) => RequestListener | Promise<RequestListener>
  >
> = {
  express(sessions, layer, isBefore) {
    const session = expressSession(sessions)
    const app = express().set('env', 'test')
    if (isBefore) app.use(express.json(), layer)
    app.use(session.middleware)
    if (!isBefore) app.use(express.json(), layer)
    return app.use(async (req, res) => {
      await session(req).login(req.body.user)
      res.send(`welcome ${session(req).userId}`)
    })
  },
  async fastify(sessions, layer, isBefore) {
    const session = fastifySession(sessions)
    const app = fastify()
    const add = () => app.addHook('onRequest', (request, reply, done) => layer(request.raw, reply.raw, done))
    if (isBefore) add()
    await app.register(session.plugin)
    if (!isBefore) add()
    app.post<{ Body: { user: string } }>('/', async (request) => {
      await session(request).login(request.body.user)
      return `welcome ${session(request).userId}`
    })
    await app.ready()
    return (req, res) => app.routing(req, res)
  },
  koa(sessions, layer, isBefore) {
    const session = koaSession(sessions)
    const app = new Koa()
    const add = () =>
      app.use((ctx, next) => new Promise<void>((done) => layer(ctx.req, ctx.res, done)).then(next))
    if (isBefore) add()
    app.use(session.middleware)
    if (!isBefore) add()
    app.use(async (ctx) => {
      const { user } = JSON.parse(await text(ctx.req))
      await session(ctx).login(user)
      ctx.body = `welcome ${session(ctx).userId}`
    })
    return app.callback()
  },
}

/** As the package compression does it: the head when it leaves, and what is written. */
const gzip: Layer = (_req, res, next) => {
  const { writeHead, write, end } = res
  const stream = createGzip()
  stream.on('data', (chunk) => write.call(res, chunk, 'utf8'))
  stream.on('end', () => end.call(res, undefined, 'utf8'))
  res.writeHead = ((status: number, ...given: unknown[]) => {
    for (const fields of given)
      if (typeof fields === 'object' && fields) Reflect.deleteProperty(fields, 'content-length')
    res.removeHeader('content-length')
    res.setHeader('content-encoding', 'gzip')
    return Reflect.apply(writeHead, res, [status, ...given])
  }) as ServerResponse['writeHead']
  res.write = ((chunk: string) => stream.write(chunk)) as ServerResponse['write']
  res.end = ((chunk?: string) => {
    if (!res.headersSent) res.writeHead(res.statusCode)
    stream.end(chunk ?? '')
    return res
  }) as ServerResponse['end']
  next()
}

const nothing: Layer = (_req, _res, next) => next()

/** A proxy that ends connections of its own, and passes heads on as they came. */
async function proxied(t: TestContext, url: string): Promise<string> {
  const proxy = createServer((req, res) => {
    const { method = 'GET', headers, url: path } = req
    const asked = httpRequest(`${url}${path}`, { method, headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      answer.pipe(res)
    })
    req.pipe(asked)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    proxy.close()
    proxy.closeAllConnections()
  })
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
}

for (const [framework, make] of Object.entries(applications)) {
  for (const [name, layer] of Object.entries({ 'a body parser': nothing, compression: gzip })) {
    for (const isBefore of [true, false]) {
      test(`${framework}: ${name} ${isBefore ? 'before' : 'after'} the session, behind a proxy`, async (t) => {
        const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
        const { url, close } = await serve(await make(sessions, layer, isBefore))
        t.after(close)
        const proxy = await proxied(t, url)
        const sent = { method: 'POST', headers: { ...json, origin: proxy }, body: '{"user":"alice"}' }
        const answer = await fetch(proxy, sent)
        assert.equal(await answer.text(), 'welcome alice')
        assert.equal(answer.headers.get('content-encoding'), layer === gzip ? 'gzip' : null)
        assert.equal(answer.headers.getSetCookie().length, 1)
        assert.equal(answer.headers.get('cache-control'), 'no-store')
        const foreign = await fetch(proxy, { ...sent, headers: { ...json, origin: 'https://evil.example' } })
        assert.deepEqual([foreign.status, foreign.headers.getSetCookie()], [403, []])
        await foreign.text()
      })
    }
  }
}
