import { test } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { setCookie } from 'hono/cookie'
import { adapterLaws } from '../testing/index.ts'
import { honoSession, type SessionVariables } from './hono.ts'
import { serve } from './serve.test-helper.ts'

const laws = adapterLaws({
  serve(sessions, handler, options) {
    const app = new Hono<{ Variables: SessionVariables }>()
    // Hono's own handler prints what it answers 500 for.
    app.onError((_error, c) => c.text('Internal Server Error', 500))
    app.use(async (c, next) => {
      setCookie(c, 'theme', 'dark')
      await next()
    })
    app.use(honoSession(sessions, options))
    app.all('*', async (c) => c.text(await handler(c.var.session, c.req.path)))
    return serve(getRequestListener(app.fetch))
  },
})

for (const law of laws) test(law.name, law.run)
