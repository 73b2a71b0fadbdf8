import { test } from 'node:test'
import express from 'express'
import { adapterLaws } from '../testing/index.ts'
import { expressSession } from './express.ts'
import { serve } from './serve.test-helper.ts'

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
      res.send(await handler(session(req), req.path))
    })
    app.use(session.errorHandler)
    return serve(app)
  },
})

for (const law of laws) test(law.name, law.run)
