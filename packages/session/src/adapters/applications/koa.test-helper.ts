import Koa from 'koa'
import { publicHeaders } from 'latchkey/testing'
import type { koaSession } from '../koa.ts'
import { type Served, theme } from './served.test-helper.ts'

/** The application of the adapter laws on Koa. */
export function koaApplication(adapter: typeof koaSession, ...[sessions, handler, options]: Served): Koa {
  const app = new Koa()
  // Koa prints what it answers 500 for.
  app.silent = true
  const session = adapter(sessions, options)
  app.use((ctx, next) => {
    ctx.cookies.set('theme', 'dark', { path: '/', httpOnly: false })
    return next()
  })
  app.use(session.middleware)
  app.use(async (ctx) => {
    if (ctx.path.startsWith('/early/')) {
      ctx.respond = false
      ctx.res.statusCode = 200
      ctx.res.write('.')
      return void ctx.res.end(await handler(session(ctx), ctx.path).catch(({ code }) => code))
    }
    ctx.body = await handler(session(ctx), ctx.path)
    if (ctx.path.startsWith('/public/')) ctx.set({ ...publicHeaders, 'set-cookie': theme })
  })
  return app
}
