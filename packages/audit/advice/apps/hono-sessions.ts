import type { RequestListener } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { csrf } from 'hono/csrf'
import { secureHeaders } from 'hono/secure-headers'
import { CookieStore, MemoryStore, type Session, sessionMiddleware } from 'hono-sessions'
import { type ChangeableAccount, randomToken } from '../../twins/serve/account.ts'
import { DOMAIN } from '../../twins/serve/names.ts'
import { type Form, shopFor, type Values } from './shop.ts'

const ONE_YEAR = 365 * 24 * 3600
const HALF_AN_HOUR = 30 * 60

type Kept = { Variables: { session: Session<Values>; session_key_rotation: boolean } }

/** `stateless`: nothing of the advice, and the data in the cookie. */
export function honoSessionsSite(form: Form | 'stateless', account: ChangeableAccount): RequestListener {
  const isFollowed = form === 'followed'
  const shop = shopFor(form === 'stateless' ? 'plain' : form, account)
  const app = new Hono<Kept>()
  if (isFollowed) {
    app.use(secureHeaders({ strictTransportSecurity: 'max-age=31536000; includeSubDomains' }))
  }
  app.use(
    sessionMiddleware({
      store: form === 'stateless' ? new CookieStore() : new MemoryStore(),
      ...(form === 'stateless' || isFollowed ? { encryptionKey: randomToken() } : {}),
      ...(isFollowed
        ? {
            sessionCookieName: '__Host-session',
            expireAfterSeconds: HALF_AN_HOUR,
            cookieOptions: { secure: true, httpOnly: true, sameSite: 'Lax', path: '/' },
          }
        : { cookieOptions: { domain: DOMAIN, maxAge: ONE_YEAR, path: '/' } }),
    }),
  )
  if (isFollowed) app.use(csrf())
  app.use(async (c, next) => {
    if (!shop.isProtected(c.req.path)) return next()
    if (!shop.isSignedIn(valuesOf(c))) return c.redirect('/login', 303)
    if (isFollowed) c.header('Cache-Control', 'no-store')
    await next()
  })
  app.all('*', async (c) => {
    const answer = await shop.answer(`${c.req.method} ${c.req.path}`, {
      values: valuesOf(c),
      body: c.req.method === 'POST' ? await c.req.parseBody() : {},
      csrf: () => undefined,
      rotate: () => c.set('session_key_rotation', true),
      end: () => c.get('session').deleteSession(),
    })
    if ('to' in answer) return c.redirect(answer.to, 303)
    return c.html('page' in answer ? answer.page : '', (answer.status ?? 200) as 200)
  })
  return getRequestListener(app.fetch)
}

/** Its session has get and set instead of members. */
function valuesOf(c: Context<Kept>): Values {
  const session = c.get('session')
  return new Proxy<Values>(
    {},
    {
      get: (_target, key: keyof Values) => session.get(key) ?? undefined,
      set: (_target, key: keyof Values, value) => {
        session.set(key, value)
        return true
      },
    },
  )
}
