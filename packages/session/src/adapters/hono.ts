import type { Context, MiddlewareHandler } from 'hono'
import { Session } from '../session.ts'
import type { Sessions } from '../sessions.ts'
import { type AdapterOptions, createAnswers } from './core/answers.ts'
import { toResponse } from './core/fetch-exchange.ts'
import { honoExchange } from './core/hono-exchange.ts'

/** The variables that {@link honoSession} sets: `new Hono<{ Variables: SessionVariables<Data> }>()`. */
export interface SessionVariables<Data extends object = Record<string, unknown>> {
  session: Session<Data>
}

/**
 * Middleware for Hono: `c.var.session`. Session errors that nothing else answers become 503, 401, 409 or 413.
 * @throws SessionError `config_invalid` for options that do not exist
 */
export function honoSession<Data extends object>(
  sessions: Sessions<Data>,
  options?: AdapterOptions,
): MiddlewareHandler<{ Variables: SessionVariables<Data> }> {
  const answers = createAnswers(options, 'honoSession')
  return async (c, next) => {
    const exchange = honoExchange(c as unknown as Context)
    let session: Session<Data>
    try {
      session = await sessions.open(exchange, options)
      const answer = answers.opened(exchange, session)
      if (answer) return exchange.completed(toResponse(answer))
      c.set('session', session)
    } catch (error) {
      const answer = answers.failed(error, exchange)
      if (!answer) throw error
      return exchange.completed(toResponse(answer))
    }
    await next()
    const pending = Session.settled(session)
    if (pending) await pending
    // Hono's default error handler has answered 500 by now; one of the application's own has its say.
    const answer = c.error && c.res.status === 500 ? answers.failed(c.error, exchange) : null
    if (answer) c.res = toResponse(answer)
    exchange.finish()
  }
}
