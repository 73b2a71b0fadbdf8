import assert from 'node:assert/strict'
import { test } from 'node:test'
import express, { type NextFunction, type Request, type Response } from 'express'
import { createSessions } from '../create-sessions.ts'
import { isSessionError } from '../errors.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { adapterLaws, publicHeaders } from '../testing/index.ts'
import { serve } from './core/serve.test-helper.ts'
import { expressSession } from './express.ts'

const laws = adapterLaws({
  serve(sessions, handler, options) {
    const app = express()
    // Express prints the errors it answers for, except under this setting.
    app.set('env', 'test')
    const session = expressSession(sessions, options)
    app.use((_req, res, next) => {
      res.cookie('theme', 'dark')
      next()
    })
    app.use(session.middleware)
    app.use(async (req, res) => {
      if (req.path.startsWith('/early/')) {
        res.write('.')
        return void res.end(await handler(session(req), req.path).catch(({ code }) => code))
      }
      const body = await handler(session(req), req.path)
      if (req.path.startsWith('/public/')) res.set({ ...publicHeaders, 'set-cookie': 'theme=dark; Path=/' })
      res.send(body)
    })
    app.use(session.errorHandler)
    return serve(app)
  },
})

for (const law of laws) test(law.name, law.run)

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
