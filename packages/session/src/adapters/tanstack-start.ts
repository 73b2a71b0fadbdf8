import type { SessionSummary } from '../record/summary.ts'
import { Session } from '../session.ts'
import type { Sessions } from '../sessions.ts'
import { type AdapterOptions, createAnswers } from './core/answers.ts'
import type { Answer } from './core/failure.ts'
import { fetchExchange, toResponse } from './core/fetch-exchange.ts'

/** What TanStack Start's two kinds of middleware call. */
export interface TanstackStartSession<Data extends object, Own extends Session<Data> = Session<Data>> {
  /**
   * Opens the session as `context.session`:
   * `createMiddleware().server(({ request, next }) => session.request(request, (context) => next({ context })))`.
   */
  readonly request: <Result extends { readonly response: Response }>(
    request: Request,
    next: (context: { session: Own }) => Result | Promise<Result>,
  ) => Promise<Result | Response>
  /** `createMiddleware({ type: 'function' }).server(session.fn)`: TanStack Start tells nobody else what a server function threw. */
  readonly fn: <Next>(input: {
    readonly context: unknown
    readonly next: () => Promise<Next>
  }) => Promise<Next>
}

/**
 * Sessions for TanStack Start: both in `createStart` of `src/start.ts`, then `context.session` in server functions, server
 * routes and middleware. Session errors become 401, 403, 409, 413 or 503: our answer from server routes, and the status
 * of what TanStack Start answers for a server function or a page.
 * @throws SessionError `config_invalid` for options that do not exist
 */
export function tanstackStartSession<Data extends object, Own extends Session<Data> = Session<Data>>(
  sessions: Sessions<Data, SessionSummary<Data>, Own>,
  options?: AdapterOptions,
): TanstackStartSession<Data, Own> {
  const answers = createAnswers('tanstackStartSession', sessions, options)
  const thrown = new WeakMap<object, unknown>()

  return {
    async request(request, next) {
      const exchange = fetchExchange(request, undefined)
      let session: Own | null = null
      try {
        session = await sessions.open(exchange, options)
        const answer = answers.opened(exchange, session)
        if (answer) return exchange.finish(toResponse(answer))
        const result = await next({ session })
        await Session.settled(session)
        const failure = thrown.has(session) ? answers.failed(thrown.get(session), exchange) : null
        const { response } = result
        return { ...result, response: exchange.finish(failure ? withStatus(response, failure) : response) }
      } catch (error) {
        if (session) await Session.settled(session)
        if (error instanceof Response) throw exchange.finish(error)
        const answer = answers.failed(error, exchange)
        if (answer) return exchange.finish(toResponse(answer))
        if (!exchange.hasCookie) throw error
        console.error(error)
        return exchange.finish(new Response('Internal server error.\n', { status: 500 }))
      }
    },

    async fn({ context, next }) {
      try {
        return await next()
      } catch (error) {
        const { session } = context as { session?: Own }
        if (session) thrown.set(session, error)
        throw error
      }
    },
  }
}

/** What TanStack Start says of an error, for its own script or as a page; a redirect goes where it leads. */
function withStatus(response: Response, failure: Answer): Response {
  if (response.status < 500) return response
  if (failure.status < 400) return toResponse(failure)
  const headers = new Headers(response.headers)
  for (const [name, value] of Object.entries(failure.headers))
    if (name !== 'content-type') headers.set(name, value)
  return new Response(response.body, { status: failure.status, headers })
}
