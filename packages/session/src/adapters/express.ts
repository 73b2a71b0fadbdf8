import type { IncomingMessage, ServerResponse } from 'node:http'
import type { SessionSummary } from '../record/summary.ts'
import type { Session } from '../session.ts'
import type { Sessions } from '../sessions.ts'
import { type AdapterOptions, createAnswers } from './core/answers.ts'
import type { ErrorHandler, Middleware } from './core/express-handlers.ts'
import { nodeExchange, send } from './core/node-exchange.ts'

/** A request's session, the middleware that opens it, and the one that answers its errors. */
export interface ExpressSession<Data extends object, Own extends Session<Data> = Session<Data>> {
  (req: IncomingMessage): Own
  /** Opens the request's session: before the routes, and before what reads bodies. */
  readonly middleware: Middleware
  /** Answers session errors, and passes all others on: after the routes. */
  readonly errorHandler: ErrorHandler
}

/**
 * Sessions for Express 5: `const session = expressSession(sessions)`, then `app.use(session.middleware)` and
 * `session(req)` in any handler, typed. Session errors go to `app.use(session.errorHandler)`, after the routes, for
 * their texts, challenges and `redirects`; without it Express answers with their `status` alone.
 * @throws SessionError `config_invalid` for options that do not exist
 */
export function expressSession<Data extends object, Own extends Session<Data> = Session<Data>>(
  sessions: Sessions<Data, SessionSummary<Data>, Own>,
  options?: AdapterOptions,
): ExpressSession<Data, Own> {
  const answers = createAnswers('expressSession', sessions, options)
  // A property of the request under a symbol of this application: a WeakMap costs three times as much.
  const opened = Symbol('latchkey session')
  type WithSession = IncomingMessage & { [opened]?: Own }

  function sessionOf(req: IncomingMessage): Own {
    const session = (req as WithSession)[opened]
    if (!session)
      throw new Error('This request has no session: app.use(session.middleware) before the route.')
    return session
  }

  return Object.assign(sessionOf, {
    async middleware(req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) {
      const exchange = nodeExchange(req, res)
      let session: Own
      try {
        session = await sessions.open(exchange, options)
        const answer = answers.opened(exchange, session)
        if (answer) return send(res, answer)
      } catch (error) {
        sessions.report(error)
        // Handed over: Express 4 does not look at the promise, and an unhandled rejection ends the process.
        return next(error)
      }
      ;(req as WithSession)[opened] = session
      next()
    },
    // Express knows it by its four parameters.
    errorHandler(error: unknown, req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) {
      const answer = res.headersSent ? null : answers.failed(error, nodeExchange(req, res))
      if (answer) send(res, answer)
      else next(error)
    },
  })
}
