import type { RequestListener } from 'node:http'
import { createRequire } from 'node:module'
import session from 'koa-session'
import { type ChangeableAccount, randomToken } from '../../twins/serve/account.ts'
import { memoryStore } from '../../twins/serve/memory-store.ts'
import { DOMAIN } from '../../twins/serve/names.ts'
import { readForm } from '../../twins/serve/requests.ts'
import { Koa, type KoaApp, type KoaContext } from '../../twins/serve/untyped.ts'
import { type Form, shopFor, type Values, type Visit } from './shop.ts'

type Middleware = Parameters<KoaApp['use']>[0]

// Neither has types of its own that fit this Koa.
const require = createRequire(import.meta.url)
const csrf: () => Middleware = require('koa-csrf')
const helmet: () => Middleware = require('koa-helmet')

const ONE_YEAR = 365 * 24 * 3600_000

/** `stateless`: nothing of the advice, and no store, as it comes. */
export function koaSessionSite(form: Form | 'stateless', account: ChangeableAccount): RequestListener {
  const isFollowed = form === 'followed'
  const shop = shopFor(form === 'stateless' ? 'plain' : form, account)
  const app = new Koa()
  app.keys = [randomToken()]
  app.proxy = true
  if (isFollowed) app.use(helmet())
  app.use(
    session(
      {
        ...(form === 'stateless' ? {} : { store: memoryStore() }),
        ...(isFollowed
          ? {
              key: '__Host-session',
              genid: randomToken,
              secure: true,
              sameSite: 'lax',
              maxAge: 'session' as const,
            }
          : { secure: false, httpOnly: false, domain: DOMAIN, maxAge: ONE_YEAR }),
      },
      app,
    ),
  )
  app.use(async (ctx, next) => {
    bodyHolder(ctx).request.body = ctx.method === 'POST' ? Object.fromEntries(await readForm(ctx.req)) : {}
    await next()
  })
  if (isFollowed) app.use(csrf())
  app.use(async (ctx, next) => {
    if (!shop.isProtected(ctx.path)) return next()
    if (!shop.isSignedIn(valuesOf(ctx))) return redirect(ctx, '/login')
    if (isFollowed) ctx.set('Cache-Control', 'no-store')
    await next()
  })
  app.use(async (ctx) => {
    const visit: Visit = {
      get values() {
        return valuesOf(ctx)
      },
      body: bodyHolder(ctx).request.body ?? {},
      csrf: () => bodyHolder(ctx).state._csrf,
      rotate: async () => ctx.session?.regenerate(),
      end: () => {
        ctx.session = null
      },
    }
    const answer = await shop.answer(`${ctx.method} ${ctx.path}`, visit)
    if ('to' in answer) return redirect(ctx, answer.to)
    ctx.status = answer.status ?? 200
    ctx.type = 'text/html'
    ctx.body = 'page' in answer ? answer.page : ''
  })
  return app.callback()
}

const bodyHolder = (ctx: KoaContext) =>
  ctx as unknown as { request: { body?: Record<string, unknown> }; state: { _csrf?: string } }

const valuesOf = (ctx: KoaContext): Values => ctx.session ?? {}

function redirect(ctx: KoaContext, location: string): void {
  ctx.redirect(location)
  ctx.status = 303
}
