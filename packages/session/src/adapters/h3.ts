import type { SessionSummary } from '../record/summary.ts'
import { Session } from '../session.ts'
import type { Sessions } from '../sessions.ts'
import { type AdapterOptions, createAnswers } from './core/answers.ts'
import { toResponse } from './core/fetch-exchange.ts'
import { type H3Event, type H3Exchange, h3Exchange, outerContext } from './core/h3-exchange.ts'
import { type NitroApp, wrapNitro } from './core/nitro.ts'

export type { H3Event, NitroApp }

/** An event's session, and the middleware that opens it. */
export interface H3Session<Data extends object, Own extends Session<Data> = Session<Data>> {
  (event: { readonly context: object }): Own
  /** Opens the request's session, and answers its errors: `app.use(session.middleware)`, before the routes. */
  readonly middleware: (event: H3Event, next: () => unknown) => Promise<unknown>
  /** The same for Nitro 2, and so for Nuxt 4: `export default defineNitroPlugin(session.plugin)` in `server/plugins/`. */
  readonly plugin: (nitro: NitroApp) => void
}

/**
 * Sessions for h3 2, and for Nuxt 4: `const session = h3Session(sessions)`, then `app.use(session.middleware)` and
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
    if (!session)
      throw new Error(
        'This event has no session: app.use(session.middleware) before the route, or defineNitroPlugin(session.plugin).',
      )
    return session
  }

  /** A Response where that is to be answered, and nothing else. */
  async function open(event: H3Event, { exchange, finish }: H3Exchange): Promise<Own | Response> {
    const { [opened]: outer } = (outerContext(event) ?? {}) as { [opened]?: Own }
    const session = outer ?? (await sessions.open(exchange, options))
    const answer = outer ? null : answers.opened(exchange, session)
    return answer ? (finish(toResponse(answer)) as Response) : session
  }

  async function middleware(event: H3Event, next: () => unknown): Promise<unknown> {
    const own = h3Exchange(event)
    let session: Own | null = null
    try {
      const found = await open(event, own)
      if (found instanceof Response) return found
      session = found
      Object.assign(event.context, { [opened]: session })
      const result = await next()
      await Session.settled(session)
      return own.finish(result)
    } catch (error) {
      if (session) await Session.settled(session)
      const answer = answers.failed(error, own.exchange)
      if (answer) return own.finish(toResponse(answer))
      own.fail()
      throw error
    }
  }

  return Object.assign(sessionOf, { middleware, plugin: (nitro: NitroApp) => wrapNitro(nitro, middleware) })
}
