import { test } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { setCookie } from 'hono/cookie'
import { adapterLaws } from '../testing/index.ts'
import { honoSession, type SessionVariables } from './hono.ts'
import { serve } from './serve.test-helper.ts'

// Node's server hands Hono its own request and response; other servers do not.
const listeners = {
  'on Node': ({ fetch }: Hono<{ Variables: SessionVariables }>) => getRequestListener(fetch),
  elsewhere: ({ fetch }: Hono<{ Variables: SessionVariables }>) =>
    getRequestListener((request, { incoming }) => fetch(request, { incoming })),
}

for (const [where, listenerFor] of Object.entries(listeners)) {
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
      return serve(listenerFor(app))
    },
  })

  for (const law of laws) test(`${where}: ${law.name}`, law.run)
}
