import { mkdtemp, rm } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import express from 'express'
import fastify from 'fastify'
import { H3, toNodeHandler } from 'h3'
import { Hono } from 'hono'
import { createSessions, memoryStore, type Session, type Sessions } from 'latchkey'
import { expressSession } from 'latchkey/express'
import { fastifySession } from 'latchkey/fastify'
import { fetchSession } from 'latchkey/fetch'
import { h3Session } from 'latchkey/h3'
import { honoSession, type SessionVariables } from 'latchkey/hono'
import { koaSession } from 'latchkey/koa'
import { nodeSession } from 'latchkey/node'
import { sqliteStore } from 'latchkey/sqlite'
import { Koa } from '../../untyped.ts'
import { type Handle, respond } from '../app.ts'
import type { Gates } from '../gates.ts'
import type { Stack } from '../site.ts'

type Data = Record<string, unknown>
type Adapter = (sessions: Sessions<Data>, gates: Gates) => RequestListener | Promise<RequestListener>

const adapters: Readonly<Record<string, Adapter>> = {
  'node:http': (sessions, gates) =>
    nodeSession(sessions, async (request, response, session) => {
      const state = await respond(request.url ?? '/', handleOf(session), gates)
      response.setHeader('content-type', 'application/json').end(JSON.stringify(state))
    }),
  express(sessions, gates) {
    const session = expressSession(sessions)
    const app = express()
    app.use(session.middleware)
    app.use(async (request, response) => {
      response.json(await respond(request.url, handleOf(session(request)), gates))
    })
    // Express prints unhandled errors unless it is told that this is a test; they are part of some races.
    app.set('env', 'test')
    return app
  },
  async fastify(sessions, gates) {
    const session = fastifySession(sessions)
    const app = fastify()
    await app.register(session.plugin)
    app.get('/*', (request) => respond(request.url, handleOf(session(request)), gates))
    await app.ready()
    return (request, response) => app.routing(request, response)
  },
  koa(sessions, gates) {
    const session = koaSession(sessions)
    const app = new Koa()
    app.use(session.middleware)
    app.use(async (ctx) => {
      ctx.body = await respond(ctx.url, handleOf(session(ctx)), gates)
    })
    return app.callback()
  },
  h3(sessions, gates) {
    const session = h3Session(sessions)
    const app = new H3()
    app.use(session.middleware)
    app.get('/**', (event) => respond(event.req.url, handleOf(session(event)), gates))
    return toNodeHandler(app)
  },
  hono(sessions, gates) {
    const app = new Hono<{ Variables: SessionVariables<Data> }>()
    app.use(honoSession(sessions))
    app.get('/*', async (c) => c.json(await respond(c.req.url, handleOf(c.var.session), gates)))
    return getRequestListener(app.fetch)
  },
  fetch: (sessions, gates) =>
    getRequestListener(
      fetchSession(sessions, async (request, session) =>
        Response.json(await respond(request.url, handleOf(session), gates)),
      ),
    ),
}

/** Latchkey with its defaults over every adapter, on one store. */
export function latchkeyStacks(store: 'memory' | 'sqlite'): Stack[] {
  return Object.entries(adapters).map(([name, adapter]) => ({
    name: `latchkey, ${store}, ${name}`,
    async start(gates) {
      const directory = store === 'sqlite' ? await mkdtemp(join(tmpdir(), 'latchkey-conduct-')) : null
      const sessions = createSessions<Data>({
        store: directory === null ? memoryStore() : sqliteStore(join(directory, 'sessions.sqlite')),
      })
      return {
        listener: await adapter(sessions, gates),
        async close() {
          await sessions.close()
          if (directory !== null) await rm(directory, { recursive: true })
        },
      }
    },
  }))
}

function handleOf(session: Session<Data>): Handle {
  return {
    user: () => session.userId,
    get: (key) => session.get(key),
    set: (key, value) => session.set(key, value),
    increment: (key) => session.update(key, (count) => Number(count ?? 0) + 1),
    login: (user) => session.login(user),
    rotate: () => session.regenerate(),
    logout: () => session.logout(),
  }
}
