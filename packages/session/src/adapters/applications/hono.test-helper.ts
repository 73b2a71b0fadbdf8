import { Hono } from 'hono'
import { setCookie } from 'hono/cookie'
import { stream } from 'hono/streaming'
import { publicHeaders } from 'latchkey/testing'
import type { honoSession, SessionVariables } from '../hono.ts'
import { type Served, theme } from './served.test-helper.ts'

/** The application of the adapter laws on Hono. */
export function honoApplication(
  adapter: typeof honoSession,
  ...[sessions, handler, options]: Served
): Hono<{ Variables: SessionVariables }> {
  const app = new Hono<{ Variables: SessionVariables }>()
  // Hono's own handler does the same, and prints what it answers 500 for.
  app.onError((error, c) =>
    'getResponse' in error ? error.getResponse() : c.text('Internal Server Error', 500),
  )
  app.use(async (c, next) => {
    if (!c.req.path.startsWith('/public/')) setCookie(c, 'theme', 'dark')
    await next()
  })
  app.use(adapter(sessions, options))
  app.all('/early/*', (c) =>
    stream(c, async (out) => {
      await out.write('.')
      await out.write(await handler(c.var.session, c.req.path).catch(({ code }) => code))
    }),
  )
  app.all('/public/*', async (c) => {
    const body = await handler(c.var.session, c.req.path)
    return new Response(body, { headers: { ...publicHeaders, 'set-cookie': theme } })
  })
  app.all('*', async (c) => c.text(await handler(c.var.session, c.req.path)))
  return app
}
