import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { createRequire } from 'node:module'
import { type TestContext, test } from 'node:test'
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
import { nodeSession } from './node.ts'

// Two frameworks in one process answer the same request: they share its session, and one cookie goes out.

type Make = (sessions: Sessions) => RequestListener | Promise<RequestListener>

const express4: typeof express = createRequire(import.meta.url)('express-4')

/** Each signs the user in and answers with what the session holds. */
const inner: Readonly<Record<string, Make>> = {
  express: (sessions) => expressInner(express, sessions),
  'express 4': (sessions) => expressInner(express4, sessions),
  async fastify(sessions) {
    const session = fastifySession(sessions)
    const app = fastify()
    await app.register(session.plugin)
    app.all('*', async (request) => {
      await session(request).login('alice')
      return `${session(request).get('from')} ${session(request).userId}`
    })
    await app.ready()
    return (req, res) => app.routing(req, res)
  },
  koa(sessions) {
    const session = koaSession(sessions)
    const app = new Koa().use(session.middleware).use(async (ctx) => {
      await session(ctx).login('alice')
      ctx.body = `${session(ctx).get('from')} ${session(ctx).userId}`
    })
    return app.callback()
  },
  node: (sessions) =>
    nodeSession(sessions, async (_req, res, session) => {
      await session.login('alice')
      res.end(`${session.get('from')} ${session.userId}`)
    }),
}

function expressInner(make: typeof express, sessions: Sessions): RequestListener {
  const session = expressSession(sessions)
  const app = make().use(session.middleware)
  return app.use((req, res, next) => {
    session(req)
      .login('alice')
      .then(() => res.send(`${session(req).get('from')} ${session(req).userId}`), next)
  })
}

/** Each writes a value, which needs a cookie, and hands the request on. */
const outer: Readonly<Record<string, (sessions: Sessions, listener: RequestListener) => RequestListener>> = {
  express(sessions, listener) {
    const session = expressSession(sessions)
    const app = express().use(session.middleware)
    return app.use(async (req, res) => {
      await session(req).set('from', 'express')
      listener(req, res)
    })
  },
  koa(sessions, listener) {
    const session = koaSession(sessions)
    const app = new Koa().use(session.middleware).use(async (ctx) => {
      await session(ctx).set('from', 'koa')
      ctx.respond = false
      ctx.res.statusCode = 200
      listener(ctx.req, ctx.res)
    })
    return app.callback()
  },
}

async function listening(t: TestContext, listener: RequestListener): Promise<string> {
  const { url, close } = await serve(listener)
  t.after(close)
  return url
}

for (const [around, wrap] of Object.entries(outer)) {
  for (const [within, make] of Object.entries(inner)) {
    test(`${within} within ${around}: one session, one cookie`, async (t) => {
      const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
      const url = await listening(t, wrap(sessions, await make(sessions)))
      const answer = await fetch(url, { method: 'POST' })
      assert.equal(await answer.text(), `${around} alice`)
      assert.equal(answer.headers.getSetCookie().length, 1)
      assert.equal((await sessions.list('alice')).length, 1)
    })
  }
}
