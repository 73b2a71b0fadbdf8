import assert from 'node:assert/strict'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { getRequestListener } from '@hono/node-server'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { createSessions } from '../create-sessions.ts'
import type { Session } from '../session.ts'
import type { Sessions } from '../sessions.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { testBrowser } from '../testing/index.ts'
import { aroundStore } from '../testing/wrapped-store.ts'
import { serve } from './core/serve.test-helper.ts'
import { expressSession } from './express.ts'
import { fastifySession } from './fastify.ts'
import { fetchSession } from './fetch.ts'
import { honoSession, type SessionVariables } from './hono.ts'
import { koaSession } from './koa.ts'
import { nodeSession } from './node.ts'

/** What a handler forgets, before it answers. */
type Forget = (session: Session) => unknown

/** Those that answer with a head of their own at once, and those that wait for what is under way. */
const adapters: Readonly<Record<string, (sessions: Sessions, forget: Forget) => RequestListener>> = {
  node: (sessions, forget) =>
    nodeSession(sessions, (_req: IncomingMessage, res: ServerResponse, session) => {
      forget(session)
      res.end('done')
    }),
  express(sessions, forget) {
    const session = expressSession(sessions)
    return express()
      .use(session.middleware)
      .get('/', (req, res) => {
        forget(session(req))
        res.send('done')
      })
  },
  fetch: (sessions, forget) =>
    getRequestListener(
      fetchSession(sessions, (_request, session) => {
        forget(session)
        return new Response('done')
      }),
    ),
  fastify(sessions, forget) {
    const session = fastifySession(sessions)
    const app = fastify()
    app.register(session.plugin)
    app.get('/', async (request) => {
      forget(session(request))
      return 'done'
    })
    const ready = app.ready()
    return async (req, res) => {
      await ready
      app.routing(req, res)
    }
  },
  koa(sessions, forget) {
    const session = koaSession(sessions)
    const app = new Koa().use(session.middleware).use((ctx) => {
      forget(session(ctx))
      ctx.body = 'done'
    })
    return app.callback()
  },
  hono(sessions, forget) {
    const app = new Hono<{ Variables: SessionVariables }>()
    app.use(honoSession(sessions))
    app.get('/', (c) => {
      forget(c.var.session)
      return c.text('done')
    })
    return getRequestListener(app.fetch)
  },
}

async function visit(t: TestContext, adapter: string, forget: Forget, cookie: string | null = null) {
  const warnings: string[] = []
  const told = Promise.withResolvers<void>()
  const store = memoryStore()
  const slow = aroundStore(store, async (run) => {
    await setTimeout(1)
    return run()
  })
  const warn = (text: string) => {
    warnings.push(text)
    told.resolve()
  }
  const sessions = createSessions({ store: slow, sweepInterval: false, warn })
  if (cookie === 'of alice') {
    const browser = testBrowser()
    const signIn = await browser.visit(sessions)
    await signIn.session.login('alice')
    signIn.respond()
    cookie = browser.cookie
  }
  const make = adapters[adapter]
  assert.ok(make)
  const { url, close } = await serve(make(sessions, forget))
  t.after(close)
  const headers = cookie === null ? {} : { cookie }
  const get = async () => {
    const answer = await fetch(url, { headers })
    await answer.text()
    await setTimeout(20)
    return answer
  }
  const answer = await get()
  return { answer, get, warnings, store, sessions, told: told.promise }
}

for (const adapter of ['node', 'express']) {
  // The one has not begun when the head leaves, and is refused; the other is being stored.
  const forgotten: Readonly<Record<string, readonly [Forget, RegExp]>> = {
    'a sign-in': [
      (session) => session.login('alice'),
      /login\(\) was not awaited, and failed: answer_started/,
    ],
    'a first value': [
      (session) => session.set('a', 1),
      /set\(\) was not awaited.* has been ended\. Write: await/,
    ],
  }
  for (const [what, [forget, told]] of Object.entries(forgotten)) {
    test(`${adapter}: ${what} that nobody waits for leaves no session behind, and is told once`, async (t) => {
      const { answer, get, warnings, store, told: isTold } = await visit(t, adapter, forget)
      await isTold
      assert.deepEqual(answer.headers.getSetCookie(), [])
      assert.match(warnings.join(), told)
      await get()
      assert.equal(warnings.length, 1)
      assert.equal(await store.deleteAll(), 0)
    })
  }

  test(`${adapter}: a write that nobody waits for is done, and told`, async (t) => {
    const forget: Forget = (session) => session.set('a', 1)
    const { warnings, sessions, told } = await visit(t, adapter, forget, 'of alice')
    await told
    assert.deepEqual(
      (await sessions.list('alice')).map((each) => each.get('a')),
      [1],
    )
    assert.match(warnings.join(), /session\.set\(\) was not awaited: the answer was sent/)
  })
}

for (const adapter of ['fetch', 'fastify', 'koa', 'hono']) {
  test(`${adapter}: a sign-in that nobody waits for is in the answer all the same`, async (t) => {
    const { answer, warnings, store } = await visit(t, adapter, (session) => session.login('alice'))
    assert.equal(answer.headers.getSetCookie().length, 1)
    assert.equal((await store.list('alice')).length, 1)
    assert.deepEqual(warnings, [])
  })
}

for (const adapter of Object.keys(adapters)) {
  test(`${adapter}: what fails while nobody waits for it is told, and ends no process`, async (t) => {
    const unhandled = t.mock.fn()
    process.on('unhandledRejection', unhandled)
    t.after(() => process.off('unhandledRejection', unhandled))
    const { answer, warnings, told } = await visit(t, adapter, (session) => session.set('a', () => undefined))
    await told
    assert.equal(answer.status, 200)
    assert.match(warnings.join(), /session\.set\(\) was not awaited, and failed: value_not_json: /)
    assert.equal(unhandled.mock.callCount(), 0)
  })
}

test('whatever asks for the outcome counts as waiting', async (t) => {
  const asked: Readonly<Record<string, (session: Session) => Promise<unknown>>> = {
    await: async (session) => {
      await session.set('a', 1)
    },
    return: async (session) => session.set('a', 1),
    all: (session) => Promise.all([session.set('a', 1), session.delete('b')]),
    later: async (session) => {
      const setting = session.set('a', 1)
      await Promise.resolve()
      await setting
    },
    catch: (session) => session.set('a', () => undefined).catch(() => undefined),
    nothing: (session) => session.regenerate(),
  }
  for (const [name, act] of Object.entries(asked)) {
    const { warnings } = await visit(
      t,
      'fetch',
      async (session) => {
        await act(session)
      },
      'of alice',
    )
    assert.deepEqual(warnings, [], name)
  }
})

test('what is made of an operation is an ordinary promise', async () => {
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
  const { session } = await testBrowser().visit(sessions)
  const setting = session.set('a', 1)
  assert.ok(setting instanceof Promise)
  assert.equal(setting.then(() => 2).constructor, Promise)
  assert.equal(await setting.then(() => 2).finally(() => undefined), 2)
  await assert.rejects(
    session.set('a', () => undefined),
    { code: 'value_not_json' },
  )
})
