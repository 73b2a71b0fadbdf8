import koaSession from 'koa-session'
import { koaStore, secret } from '../../peers.ts'
import { Koa, type KoaContext, type KoaSessionObject } from '../../untyped.ts'
import { type Handle, respond } from '../app.ts'
import type { Stack } from '../site.ts'

/** koa-session with an external store, without which nothing can be revoked. */
export function koaSessionStack(settings: { rolling?: boolean }): Stack {
  return {
    name: `koa-session ${JSON.stringify(settings)}`,
    async start(gates) {
      const app = new Koa()
      app.keys = [secret]
      app.use(koaSession({ store: koaStore(), ...settings }, app))
      app.use(async (ctx) => {
        ctx.body = await respond(ctx.url, handleOf(ctx), gates)
      })
      return { listener: app.callback() }
    },
  }
}

function handleOf(ctx: KoaContext): Handle {
  const session = (): KoaSessionObject => {
    if (!ctx.session) throw new Error('The session was used after it had ended.')
    return ctx.session
  }
  return {
    user: () => (session().user as string | undefined) ?? null,
    get: (key) => session()[key],
    set(key, value) {
      session()[key] = value
    },
    increment(key) {
      session()[key] = Number(session()[key] ?? 0) + 1
    },
    async login(user) {
      await session().regenerate()
      session().user = user
    },
    rotate: () => session().regenerate(),
    async logout() {
      ctx.session = null
    },
  }
}
