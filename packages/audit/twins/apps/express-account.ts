import type { Express, Request, Response } from 'express'
import type { ChangeableAccount } from '../serve/account.ts'
import { confirmPage, securityPage } from '../serve/pages.ts'
import type { ServerSession } from '../serve/untyped.ts'

export type AccountFault = 'reauthentication' | 'password-change-rotation' | 'password-change-sessions'

export interface AccountRoutes {
  readonly account: ChangeableAccount
  readonly fault: string | null
  /** The other sessions go on when the password changes, unless the user ticks a box. Otherwise they end. */
  readonly offersToEndOthers: boolean
  sessionOf(request: Request): ServerSession
  token(request: Request): { csrf?: string }
  forged(request: Request): boolean
  signedIn(request: Request): boolean
}

/** What express-session sites let a signed-in user do: give the password again, and change it. */
export function accountRoutes(app: Express, routes: AccountRoutes): void {
  const { account, fault, offersToEndOthers, sessionOf, token, forged, signedIn } = routes
  const page = (request: Request) => ({ ...token(request), offersToEndOthers })

  /** A new ID for the same user; the old session is gone from the store. */
  const renew = (request: Request, response: Response, done: (error?: Error) => void, keep: boolean) => {
    const { user, generation } = sessionOf(request)
    const keepUser = (error?: Error) => {
      if (error) return done(error)
      const session = sessionOf(request)
      Object.assign(session, { user, generation: generation ?? 0 })
      session.save((failed) => (failed ? done(failed) : response.redirect(303, '/account')))
    }
    if (keep) keepUser()
    else sessionOf(request).regenerate(keepUser)
  }

  app.use('/account', (request, response, next) => {
    if (!signedIn(request)) response.redirect(303, '/login')
    else if (request.method === 'POST' && forged(request)) response.status(403).send('The form has expired')
    else next()
  })

  app.get('/account/confirm', (request, response) => void response.send(confirmPage(token(request))))

  app.post('/account/confirm', (request, response, next) => {
    if (!account.is(sessionOf(request).user, request.body?.password)) {
      return void response.status(401).send(confirmPage(token(request)))
    }
    renew(request, response, next, fault === 'reauthentication')
  })

  app.get('/account/security', (request, response) => void response.send(securityPage(page(request))))

  app.post('/account/security', (request, response, next) => {
    const { current, fresh, again, everywhere } = request.body ?? {}
    if (fresh !== again || !account.change(current, fresh)) {
      return void response.status(422).send(securityPage({ ...page(request), error: 'That did not work' }))
    }
    const endsOthers = fault !== 'password-change-sessions' && (!offersToEndOthers || everywhere === '1')
    if (endsOthers) account.endSessions()
    sessionOf(request).generation = account.generation
    renew(request, response, next, fault === 'password-change-rotation')
  })
}
