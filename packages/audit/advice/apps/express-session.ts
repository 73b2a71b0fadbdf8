import type { RequestListener } from 'node:http'
import { csrfSync } from 'csrf-sync'
import express, { type Request } from 'express'
import helmet from 'helmet'
import { type ChangeableAccount, randomToken } from '../../twins/serve/account.ts'
import { DOMAIN } from '../../twins/serve/names.ts'
import { expressSession, type ServerSession } from '../../twins/serve/untyped.ts'
import { mount } from './express-shop.ts'
import { type Form, shopFor, type Visit } from './shop.ts'

const ONE_YEAR = 365 * 24 * 3600_000

export function expressSessionSite(form: Form, account: ChangeableAccount): RequestListener {
  const isFollowed = form === 'followed'
  const shop = shopFor(form, account)
  const app = express()
  app.set('trust proxy', 1)
  // Express would write each refused request to the console.
  app.set('env', 'test')
  if (isFollowed) app.use(helmet())
  app.use(
    express.urlencoded(),
    expressSession({
      secret: randomToken(),
      resave: false,
      saveUninitialized: false,
      ...(isFollowed
        ? { name: '__Host-session', cookie: { secure: true, path: '/', sameSite: 'lax' } }
        : {
            genid: () => randomToken().slice(0, 10),
            cookie: { httpOnly: false, domain: DOMAIN, maxAge: ONE_YEAR },
          }),
    }),
  )
  const { csrfSynchronisedProtection, generateToken } = csrfSync({
    getTokenFromRequest: (request) => request.body?._csrf,
  })
  if (isFollowed) app.use(csrfSynchronisedProtection)

  mount(app, shop, {
    isFollowed,
    isSignedIn: (request) => shop.isSignedIn(sessionOf(request)),
    visitOf: (request, response) => ({
      get values() {
        return sessionOf(request)
      },
      csrf: () => (isFollowed ? generateToken(request) : undefined),
      rotate: () => done((settled) => sessionOf(request).regenerate(settled)),
      end:
        form !== 'plain'
          ? () => done((settled) => sessionOf(request).destroy(settled))
          : () => void response.clearCookie('connect.sid', { domain: DOMAIN }),
    }),
  })
  return app
}

const sessionOf = (request: Request) =>
  (request as Request & { session: ServerSession & Visit['values'] }).session

function done(start: (settled: (error?: Error) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => (error ? reject(error) : resolve()))
  })
}
