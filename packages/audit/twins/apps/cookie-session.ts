import type { RequestListener } from 'node:http'
import express, { type Request } from 'express'
import { isAccount, randomToken, sameText } from '../serve/account.ts'
import { accountPage, homePage, loginPage } from '../serve/pages.ts'
import { type CookieData, cookieSession } from '../serve/untyped.ts'

export type CookieSessionFault =
  | 'cookie-httponly'
  | 'cookie-samesite'
  | 'cookie-lifetime'
  | 'logout'
  | 'default-name'
  | 'cookie-secret'

export interface CookieSessionSite {
  readonly fault: CookieSessionFault | null
  readonly https?: boolean
}

const ONE_YEAR = 365 * 24 * 3600_000

/**
 * Express 5 with cookie-session: the data is in the cookie, its signature in a second one. By itself that
 * cannot be revoked; the hardened site keeps a list of live sign-ins and asks it on each request.
 */
export function cookieSessionSite(site: CookieSessionSite): RequestListener {
  const live = new Set<string>()
  const app = express()
  app.disable('x-powered-by')
  app.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store')
    if (site.https) response.set('Strict-Transport-Security', 'max-age=63072000')
    next()
  })
  app.use(express.urlencoded(), sessions(site))

  const token = (request: Request) => {
    const session = open(request)
    session.csrf ??= randomToken()
    return session.csrf
  }
  const forged = (request: Request) => !sameText(request.body?._csrf, open(request).csrf)
  const signedIn = (request: Request) => {
    const { user, ticket } = open(request)
    return user !== undefined && (site.fault === 'logout' || (ticket !== undefined && live.has(ticket)))
  }

  app.get('/', (_request, response) => {
    response.append('Set-Cookie', 'theme=dark; Path=/; Max-Age=31536000; SameSite=Lax')
    response.send(homePage())
  })

  app.get('/login', (request, response) => {
    response.send(loginPage({ csrf: token(request), manyForms: true }))
  })

  app.post('/login', (request, response) => {
    if (forged(request)) return void response.status(403).send('The form has expired')
    if (!isAccount(request.body?.username, request.body?.password)) {
      const page = loginPage({ csrf: token(request), manyForms: true, error: 'Wrong name or password' })
      return void response.status(401).send(page)
    }
    const ticket = randomToken()
    live.delete(open(request).ticket ?? '')
    live.add(ticket)
    sessionHolder(request).session = { user: 'ada', ticket, csrf: randomToken() }
    response.redirect(303, '/account')
  })

  app.get('/account', (request, response) => {
    if (!signedIn(request)) response.redirect(303, '/login')
    else response.send(accountPage({ csrf: token(request) }))
  })

  app.post('/logout', (request, response) => {
    if (forged(request)) return void response.status(403).send('The form has expired')
    live.delete(open(request).ticket ?? '')
    sessionHolder(request).session = null
    response.redirect(303, '/')
  })

  return app
}

function sessions(site: CookieSessionSite) {
  return cookieSession({
    keys: [site.fault === 'cookie-secret' ? 'secret' : randomToken()],
    ...(site.fault === 'default-name' ? {} : { name: site.https ? '__Host-shelf' : 'shelf' }),
    httpOnly: site.fault !== 'cookie-httponly',
    secure: site.https === true,
    sameSite: site.fault === 'cookie-samesite' ? 'none' : 'lax',
    ...(site.fault === 'cookie-lifetime' ? { maxAge: ONE_YEAR } : {}),
  })
}

const sessionHolder = (request: Request) => request as Request & { session: CookieData | null }

function open(request: Request): CookieData {
  const holder = sessionHolder(request)
  holder.session ??= {}
  return holder.session
}
