import type { Context, MiddlewareHandler } from 'hono'
import { errorMark } from '../errors.ts'
import type { SessionSummary } from '../record/summary.ts'
import { Session } from '../session.ts'
import type { Sessions } from '../sessions.ts'
import { type AdapterOptions, createAnswers } from './core/answers.ts'
import { type Answer, isFault } from './core/failure.ts'
import { toResponse } from './core/fetch-exchange.ts'
import { honoExchange } from './core/hono-exchange.ts'

/**
 * The variables that {@link honoSession} sets: `new Hono<{ Variables: SessionVariables<Data> }>()`; with
 * `SessionWithTokens<Data>` beside it where sessions issue tokens.
 */
export interface SessionVariables<
  Data extends object = Record<string, unknown>,
  Own extends Session<Data> = Session<Data>,
> {
  session: Own
}

/**
 * Middleware for Hono: `c.var.session`. Session errors that nothing else answers become 401, 409, 413 or
 * 503; `app.onError` is asked for all that `handler` throws, and for what is the server's fault in any case.
 * @throws SessionError `config_invalid` for options that do not exist
 */
export function honoSession<Data extends object, Own extends Session<Data> = Session<Data>>(
  sessions: Sessions<Data, SessionSummary<Data>, Own>,
  options?: AdapterOptions,
): MiddlewareHandler<{ Variables: SessionVariables<Data, Own> }> {
  const answers = createAnswers('honoSession', sessions, options)
  return async (c, next) => {
    const exchange = honoExchange(c as unknown as Context)
    let session: Own
    try {
      session = await sessions.open(exchange, options)
      const answer = answers.opened(exchange, session)
      if (answer) return exchange.completed(toResponse(answer))
      c.set('session', session)
    } catch (error) {
      const answer = answers.failed(error, exchange)
      // What is our fault is the application's to answer, by its onError; the refusals below are not.
      if (!answer || isFault(error)) throw withAnswer(error, answer)
      return exchange.completed(toResponse(answer))
    }
    await next()
    const pending = Session.settled(session)
    if (pending) await pending
    // Hono's own error handler has asked the error for its answer by now; the application's page stays.
    const answer = c.error ? answers.failed(c.error, exchange) : null
    if (answer && c.res.headers.has(errorMark)) {
      c.res.headers.delete(errorMark)
      c.res = toResponse(answer)
    }
    exchange.finish()
  }
}

/** The error as Hono's own handler answers it, where nothing of ours comes after that. */
function withAnswer(error: unknown, answer: Answer | null): unknown {
  return answer ? Object.assign(error as Error, { getResponse: () => toResponse(answer) }) : error
}
