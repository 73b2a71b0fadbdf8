import type { SessionSummary } from '../record/summary.ts'
import { Session } from '../session.ts'
import type { Sessions } from '../sessions.ts'
import { type AdapterOptions, createAnswers } from './core/answers.ts'
import { toResponse } from './core/fetch-exchange.ts'
import { type H3Event, h3Exchange } from './core/h3-exchange.ts'

/** An event's session, and the middleware that opens it. */
export interface H3Session<Data extends object, Own extends Session<Data> = Session<Data>> {
  (event: { readonly context: object }): Own
  /** Opens the request's session, and answers its errors: `app.use(session.middleware)`, before the routes. */
  readonly middleware: (event: H3Event, next: () => unknown) => Promise<unknown>
}

/**
 * Sessions for h3 2 and Nitro 3: `const session = h3Session(sessions)`, then `app.use(session.middleware)` and
 * `session(event)` in any handler, typed. Session errors that nothing else answers become 401, 403, 409, 413 or 503.
 * @throws SessionError `config_invalid` for options that do not exist
 */
export function h3Session<Data extends object, Own extends Session<Data> = Session<Data>>(
  sessions: Sessions<Data, SessionSummary<Data>, Own>,
  options?: AdapterOptions,
): H3Session<Data, Own> {
  const answers = createAnswers('h3Session', sessions, options)
  const opened = Symbol('latchkey session')

  function sessionOf(event: { readonly context: object }): Own {
    const { [opened]: session } = event.context as { [opened]?: Own }
    if (!session) throw new Error('This event has no session: app.use(session.middleware) before the route.')
    return session
  }

  return Object.assign(sessionOf, {
    async middleware(event: H3Event, next: () => unknown) {
      const { exchange, finish, fail } = h3Exchange(event)
      let session: Own | null = null
      try {
        session = await sessions.open(exchange, options)
        const answer = answers.opened(exchange, session)
        if (answer) return finish(toResponse(answer))
        Object.assign(event.context, { [opened]: session })
        const result = await next()
        await Session.settled(session)
        return finish(result)
      } catch (error) {
        if (session) await Session.settled(session)
        const answer = answers.failed(error, exchange)
        if (answer) return finish(toResponse(answer))
        fail()
        throw error
      }
    },
  })
}
