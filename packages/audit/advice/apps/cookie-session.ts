import type { RequestListener } from 'node:http'
import cookieParser from 'cookie-parser'
import { doubleCsrf } from 'csrf-csrf'
import express, { type Request } from 'express'
import helmet from 'helmet'
import { type ChangeableAccount, randomToken } from '../../twins/serve/account.ts'
import { DOMAIN } from '../../twins/serve/names.ts'
import { type CookieData, cookieSession } from '../../twins/serve/untyped.ts'
import { mount } from './express-shop.ts'
import { type Form, shopFor, type Values } from './shop.ts'

const ONE_YEAR = 365 * 24 * 3600_000

type Kept = CookieData & Values

/** The session is in the cookie; what the advice calls a login id is `ticket`, and `live` is the server's list of them. */
export function cookieSessionSite(form: Form, account: ChangeableAccount): RequestListener {
  const isFollowed = form === 'followed'
  const shop = shopFor(form, account)
  const live = new Set<string>()
  const app = express()
  app.set('trust proxy', 1)
  // Express would write each refused request to the console.
  app.set('env', 'test')
  if (isFollowed) app.use(helmet())
  app.use(
    express.urlencoded(),
    cookieParser(),
    cookieSession({
      keys: [randomToken()],
      ...(isFollowed
        ? { name: '__Host-session', secure: true, sameSite: 'lax' }
        : { httpOnly: false, secure: false, domain: DOMAIN, maxAge: ONE_YEAR }),
    }),
  )
  const secret = randomToken()
  const { doubleCsrfProtection, generateCsrfToken } = doubleCsrf({
    getSecret: () => secret,
    getSessionIdentifier: (request) => (open(request).ticket ??= randomToken()),
    getCsrfTokenFromRequest: (request) => request.body?._csrf,
  })
  if (isFollowed) app.use(doubleCsrfProtection)

  const isSignedIn = (request: Request) =>
    shop.isSignedIn(open(request)) && (form === 'plain' || live.has(open(request).ticket ?? ''))
  mount(app, shop, {
    isFollowed,
    isSignedIn,
    visitOf: (request, response) => ({
      get values() {
        return open(request)
      },
      csrf: () => (isFollowed ? generateCsrfToken(request, response) : undefined),
      rotate: () => {
        const ticket = randomToken()
        live.delete(open(request).ticket ?? '')
        live.add(ticket)
        holder(request).session = { ticket }
      },
      end: () => {
        live.delete(open(request).ticket ?? '')
        holder(request).session = null
      },
    }),
  })
  return app
}

const holder = (request: Request) => request as Request & { session: Kept | null }

function open(request: Request): Kept {
  const kept = holder(request)
  kept.session ??= {}
  return kept.session
}
