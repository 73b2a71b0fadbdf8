import type { RequestListener } from 'node:http'
import express, { type NextFunction, type Request, type Response } from 'express'
import { type ChangeableAccount, changeableAccount, randomToken, sameText } from '../serve/account.ts'
import { accountPage, homePage, loginPage } from '../serve/pages.ts'
import { expressSession, type ServerSession, type ServerSessionStore } from '../serve/untyped.ts'
import { type AccountFault, accountRoutes } from './express-account.ts'

export type ExpressFault =
  | AccountFault
  | 'cookie-httponly'
  | 'cookie-secure'
  | 'cookie-tossing'
  | 'cookie-samesite'
  | 'cookie-lifetime'
  | 'fixation'
  | 'logout'
  | 'id-length'
  | 'caching'
  | 'transport'
  | 'default-name'
  | 'cookie-secret'
  | 'logout-get'
  | 'concurrent-sessions'
  | 'cross-site-form'
  | 'cross-site-link'

export interface ExpressSite {
  readonly fault: ExpressFault | null
  readonly https?: boolean
  /** The cookie is sent anew with each answer, for another half an hour. */
  readonly rolling?: boolean
  /** `origin`: no token at all, cross-site requests are refused by Origin and Sec-Fetch-Site. Default `token`. */
  readonly csrf?: 'token' | 'origin'
  /** Sessions that a user may have; one more ends the oldest. Default any number. */
  readonly sessions?: number
  readonly account?: ChangeableAccount
  /** See {@link AccountRoutes}. */
  readonly offersToEndOthers?: boolean
}

const HALF_AN_HOUR = 30 * 60_000
const ONE_YEAR = 365 * 24 * 3600_000

const sessionOf = (request: Request) => (request as Request & { session: ServerSession }).session

/** Express 5 with express-session: a session from the first form on, a CSRF token in it, logout by a form. */
export function expressSite(site: ExpressSite): RequestListener {
  const account = site.account ?? changeableAccount()
  const app = express()
  app.disable('x-powered-by')
  app.use(headers(site), express.urlencoded(), sessions(site))
  if (site.csrf === 'origin') app.use(sameOriginOnly(site))

  const token = (request: Request): { csrf?: string } => {
    if (site.csrf === 'origin') return {}
    const session = sessionOf(request)
    session.csrf ??= randomToken()
    return { csrf: session.csrf }
  }
  const signedIn = (request: Request) => {
    const { user, generation } = sessionOf(request)
    return user !== undefined && generation === account.generation
  }
  const forged = (request: Request) =>
    site.csrf !== 'origin' && !sameText(request.body?._csrf, sessionOf(request).csrf)
  const keep = keeperOf(site)
  let nickname = 'Ada'

  app.get('/', (_request, response) => {
    response.append('Set-Cookie', 'theme=light; Path=/; Max-Age=31536000; SameSite=Lax')
    response.append('Set-Cookie', '_ga=GA1.1.412345678.1767225600; Path=/; Max-Age=63072000; SameSite=Lax')
    response.send(homePage())
  })

  app.get('/login', (request, response) => {
    if (signedIn(request)) response.redirect(303, '/account')
    else response.send(loginPage(token(request)))
  })

  app.post('/login', (request, response, next) => {
    if (forged(request)) return void response.status(403).send('The form has expired')
    if (!account.is(request.body?.username, request.body?.password)) {
      return void response.status(401).send(loginPage({ ...token(request), error: 'Wrong name or password' }))
    }
    const signIn = (error?: Error) => {
      if (error) return next(error)
      Object.assign(sessionOf(request), { user: 'ada', generation: account.generation })
      keep(request)
      sessionOf(request).save((failed) => (failed ? next(failed) : response.redirect(303, '/account')))
    }
    if (site.fault === 'fixation') signIn()
    else sessionOf(request).regenerate(signIn)
  })

  app.get('/account', (request, response) => {
    if (!signedIn(request)) response.redirect(303, '/login')
    else response.send(accountPage({ ...token(request), nickname, settings: true }))
  })
  const { fault, offersToEndOthers = false } = site
  accountRoutes(app, { account, fault, offersToEndOthers, sessionOf, token, forged, signedIn })

  const rename = (request: Request, response: Response, name: unknown) => {
    const open = site.fault === 'cross-site-form' || site.fault === 'cross-site-link'
    if (!sessionOf(request).user || (!open && forged(request))) return void response.status(403).send('No')
    nickname = String(name).replace(/[^\w -]/g, '')
    response.redirect(303, '/account')
  }
  app.post('/nickname', (request, response) => rename(request, response, request.body?.nickname))
  if (site.fault === 'cross-site-link') {
    app.get('/nickname', (request, response) => rename(request, response, request.query.nickname))
  }

  app.post('/logout', (request, response, next) => {
    if (forged(request)) return void response.status(403).send('The form has expired')
    const leave = (error?: Error) => {
      if (error) return next(error)
      response.clearCookie(cookieName(site), { path: '/' })
      response.redirect(303, '/')
    }
    if (site.fault === 'logout') leave()
    else sessionOf(request).destroy(leave)
  })

  if (site.fault === 'logout-get') {
    app.get('/logout', (request, response, next) =>
      sessionOf(request).destroy((error) => (error ? next(error) : response.redirect(303, '/'))),
    )
  }

  return app
}

/** Ends the oldest of a user's sessions where there are too many. */
function keeperOf({ fault, sessions = Number.POSITIVE_INFINITY }: ExpressSite): (request: Request) => void {
  const ids: string[] = []
  return (request) => {
    ids.push(sessionOf(request).id)
    const { sessionStore } = request as unknown as { sessionStore: ServerSessionStore }
    while (fault !== 'concurrent-sessions' && ids.length > sessions)
      sessionStore.destroy(ids.shift() ?? '', () => {})
  }
}

function cookieName(site: ExpressSite): string {
  if (site.fault === 'default-name') return 'connect.sid'
  const isOpen = site.fault === 'cookie-tossing' || site.fault === 'cookie-secure'
  return site.https && !isOpen ? '__Host-tidewater_visit' : 'tidewater_visit'
}

function sessions(site: ExpressSite) {
  return expressSession({
    secret: site.fault === 'cookie-secret' ? 'keyboard cat' : randomToken(),
    resave: false,
    saveUninitialized: false,
    rolling: site.rolling ?? false,
    // Left out rather than spelled, as an app with the default name does it.
    ...(site.fault === 'default-name' ? {} : { name: cookieName(site) }),
    ...(site.fault === 'id-length'
      ? { genid: () => Math.random().toString(36).slice(2, 12).padEnd(10, '0') }
      : {}),
    cookie: {
      path: '/',
      httpOnly: site.fault !== 'cookie-httponly',
      secure: site.https === true && site.fault !== 'cookie-secure',
      ...sameSite(site),
      ...(site.rolling ? { maxAge: HALF_AN_HOUR } : {}),
      ...(site.fault === 'cookie-lifetime' ? { maxAge: ONE_YEAR } : {}),
    },
  })
}

/** Over http a browser would refuse `none`, so that leaving it out is the widest there is. */
function sameSite({ fault, https }: ExpressSite): { sameSite?: 'lax' | 'none' } {
  if (fault === 'cross-site-form' && https) return { sameSite: 'none' }
  return fault === 'cookie-samesite' || fault === 'cross-site-form' ? {} : { sameSite: 'lax' }
}

function headers(site: ExpressSite) {
  return (_request: Request, response: Response, next: NextFunction) => {
    if (site.fault !== 'caching') response.set('Cache-Control', 'no-store')
    if (site.https && site.fault !== 'transport') {
      response.set('Strict-Transport-Security', 'max-age=63072000; includeSubDomains')
    }
    next()
  }
}

/** A page cannot set these headers, so a browser tells the truth in them; a request without is refused too. */
function sameOriginOnly(site: ExpressSite) {
  return (request: Request, response: Response, next: NextFunction) => {
    if (request.method === 'GET' || request.method === 'HEAD') return next()
    const own = `${site.https ? 'https' : 'http'}://${request.headers.host}`
    if (request.headers.origin === own && request.headers['sec-fetch-site'] === 'same-origin') return next()
    response.status(403).send('Cross-site request refused')
  }
}
