import assert from 'node:assert/strict'
import { createReadStream } from 'node:fs'
import { type TestContext, test } from 'node:test'
import Koa from 'koa'
import { createSessions } from '../create-sessions.ts'
import type { Session } from '../session.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { adapterLaws } from '../testing/index.ts'
import { koaApplication } from './applications/koa.test-helper.ts'
import { serve } from './core/serve.test-helper.ts'
import { koaSession, type SessionState } from './koa.ts'

const laws = adapterLaws({ serve: (...served) => serve(koaApplication(koaSession, ...served).callback()) })

for (const law of laws) test(law.name, law.run)

type Shelf = { book: string }
type App = Koa<SessionState<Shelf>>

async function served(t: TestContext, mount: (app: App, session: ReturnType<typeof shelves>) => void) {
  const app: App = new Koa()
  app.silent = true
  mount(app, shelves())
  const { url, close } = await serve(app.callback())
  t.after(close)
  return (path: string) => fetch(url + path, { method: 'POST', redirect: 'manual' })
}

const shelves = () => koaSession(createSessions<Shelf>({ store: memoryStore(), sweepInterval: false }))

const namesIn = (answer: Response) => answer.headers.getSetCookie().map((line) => line.split('=')[0])

test('a sign-in keeps its cookie in streams, redirects, raw answers, and where an error follows', async (t) => {
  const acts: Readonly<Record<string, (ctx: Koa.Context) => unknown>> = {
    '/stream': (ctx) => {
      ctx.body = createReadStream(import.meta.filename)
    },
    '/redirect': (ctx) => ctx.redirect('/elsewhere'),
    '/response': (ctx) => {
      ctx.body = new Response('made elsewhere')
    },
    '/raw': (ctx) => {
      ctx.respond = false
      ctx.res.writeHead(200, { 'set-cookie': 'theirs=1' }).end('by hand')
    },
    // Koa takes all headers off an answer that it makes for an error.
    '/crash': () => Promise.reject(new Error('after the sign-in')),
    '/throw': (ctx) => ctx.throw(418, 'short and stout', { headers: { 'x-pot': 'tea' } }),
    '/ours': (ctx) => ctx.state.session.requirePrivilege('admin'),
    '/ours-after-respond': (ctx) => {
      ctx.respond = false
      ctx.state.session.requirePrivilege('admin')
    },
  }
  const post = await served(t, (app, session) => {
    app.use(session.middleware).use(async (ctx) => {
      await session(ctx).login('alice')
      await acts[ctx.path]?.(ctx as unknown as Koa.Context)
    })
  })
  const statuses: Record<string, number> = {}
  for (const path of Object.keys(acts)) {
    const answer = await post(path)
    statuses[path] = answer.status
    const own = path === '/raw' ? ['theirs', '__Host-session'] : ['__Host-session']
    assert.deepEqual(namesIn(answer), own, path)
    assert.equal(answer.headers.get('cache-control'), 'no-store', path)
  }
  const wanted = [200, 302, 200, 200, 500, 418, 403, 403]
  assert.deepEqual(Object.values(statuses), wanted)
})

test('ctx.state.session is the session, and what is around and after it may answer in its own words', async (t) => {
  const seen: unknown[] = []
  const post = await served(t, (app, session) => {
    app.use(async (ctx, next) => {
      await next()
      seen.push([ctx.status, ctx.body])
    })
    app.use(session.middleware)
    app.use(async (ctx, next) => {
      const own: Session<Shelf> = ctx.state.session
      assert.equal(session(ctx), own)
      try {
        await next()
      } catch (error) {
        if (ctx.path !== '/own') throw error
        ctx.status = 418
      }
    })
    app.use((ctx) => void ctx.state.session.requireUser())
  })
  assert.equal((await post('/own')).status, 418)
  assert.equal((await post('/')).status, 401)
  assert.deepEqual(seen.at(-1), [401, 'Your session has ended. Sign in again.\n'])
})

test('an error after the answer has begun is Koa’s, and its listeners hear of it', async (t) => {
  const heard: unknown[] = []
  const post = await served(t, (app, session) => {
    app.on('error', (error, ctx) => {
      heard.push(error.code)
      ctx.res.end()
    })
    app.use(session.middleware).use((ctx) => {
      ctx.res.write('a part')
      session(ctx).requireUser()
    })
  })
  assert.equal(await (await post('/')).text(), 'a part')
  assert.deepEqual(heard, ['session_ended'])
})

test('a session that is asked for before its middleware is an error that names the line', async (t) => {
  const told: unknown[] = []
  const post = await served(t, (app, session) => {
    app.on('error', ({ message }) => told.push(message))
    app.use((ctx, next) => {
      session(ctx)
      return next()
    })
    app.use(session.middleware)
  })
  assert.equal((await post('/')).status, 500)
  assert.match(String(told[0]), /app\.use\(session\.middleware\) before/)
})

test('a middleware that is mounted twice keeps what the first one’s session did', async (t) => {
  const post = await served(t, (app, session) => {
    app.use(session.middleware)
    app.use(async (ctx, next) => {
      await session(ctx).set('book', 'Emma')
      return next()
    })
    app.use(session.middleware)
    app.use(async (ctx) => {
      await session(ctx).login('alice')
      ctx.body = session(ctx).get('book')
    })
  })
  const answer = await post('/')
  assert.deepEqual([await answer.text(), namesIn(answer)], ['Emma', ['__Host-session']])
})
