import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Express } from 'express'
import { createSessions } from '../create-sessions.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { adapterLaws } from '../testing/index.ts'
import { brokenStore } from '../testing/wrapped-store.ts'
import { express4, express4Application, passing } from './applications/express-4.test-helper.ts'
import { serve } from './core/serve.test-helper.ts'
import { expressSession } from './express.ts'

const laws = adapterLaws({ serve: (...served) => serve(express4Application(expressSession, ...served)) })

for (const law of laws) test(law.name, law.run)

async function served(t: TestContext, mount: (app: Express, store: ReturnType<typeof brokenStore>) => void) {
  const store = brokenStore(memoryStore())
  const app = express4()
  app.set('env', 'test')
  mount(app, store)
  const { url, close } = await serve(app)
  t.after(close)
  return { url, store }
}

test('what the session’s middleware rejects with is answered, with its error handler and without', async (t) => {
  for (const isHandled of [true, false]) {
    const { url, store } = await served(t, (app, store) => {
      const sessions = createSessions({ store, sweepInterval: false, warn: () => undefined })
      const session = expressSession(sessions)
      app.use(session.middleware)
      app.get(
        '/',
        passing(async (req, res) => res.send(session(req).userId)),
      )
      if (isHandled) app.use(session.errorHandler)
    })
    store.fail(true)
    const answer = await fetch(url, { headers: { cookie: `__Host-session=${'A'.repeat(64)}` } })
    assert.deepEqual([answer.status, answer.headers.get('retry-after')], [503, isHandled ? '1' : null])
  }
})

test('a sign-in keeps its cookie where an error follows', async (t) => {
  const { url } = await served(t, (app, store) => {
    const session = expressSession(createSessions({ store, sweepInterval: false }))
    app.use(session.middleware)
    app.use(
      passing(async (req) => {
        await session(req).login('alice')
        throw new Error('after the sign-in')
      }),
    )
    app.use(session.errorHandler)
  })
  const { status, headers } = await fetch(url, { method: 'POST' })
  assert.deepEqual([status, headers.getSetCookie().length], [500, 1])
})
