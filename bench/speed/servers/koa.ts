import type { RequestListener } from 'node:http'
import koaSession from 'koa-session'
import { koaSession as latchkeySession } from 'latchkey/koa'
import type { StoreName } from '../../backends/stores.ts'
import { koaStore, secret } from '../../peers.ts'
import { Koa, type KoaContext } from '../../untyped.ts'
import { payloadOf, userOf } from '../payload.ts'
import { openSessions, signIn } from '../sessions.ts'
import { latchkeyServers, type Servers } from './servers.ts'

export const koaServers: Servers = {
  bare: () => serve(async (ctx) => answer(ctx, 'u-000001')),
  header: () => serve(async (ctx) => answer(ctx, ctx.get('cookie') ? 'u-000001' : null)),
  ...latchkeyServers(withSessions),
  'koa-session'() {
    const app = new Koa()
    app.keys = [secret]
    app.use(koaSession({ store: koaStore() }, app))
    app.use(async (ctx) => {
      if (ctx.path !== '/me') await signInPeer(ctx, userOf(ctx.url))
      answer(ctx, ctx.session?.user)
    })
    return app.callback()
  },
}

async function withSessions(name: StoreName): Promise<RequestListener> {
  const session = latchkeySession((await openSessions(name)).sessions)
  const app = new Koa()
  app.use(session.middleware)
  app.use(async (ctx) => {
    if (ctx.path !== '/me') await signIn(session(ctx), userOf(ctx.url))
    answer(ctx, session(ctx).userId)
  })
  return app.callback()
}

async function signInPeer(ctx: KoaContext, user: string): Promise<void> {
  await ctx.session?.regenerate()
  if (ctx.session) Object.assign(ctx.session, { user, ...payloadOf(user) })
}

function serve(handle: (ctx: KoaContext) => Promise<void>): RequestListener {
  return new Koa().use(handle).callback()
}

function answer(ctx: KoaContext, user: unknown): void {
  ctx.body = { user }
}
