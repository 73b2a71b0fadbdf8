import type { SessionSummary } from '../record/summary.ts'
import { Session } from '../session.ts'
import type { Sessions } from '../sessions.ts'
import { type AdapterOptions, createAnswers } from './core/answers.ts'
import { isFault } from './core/failure.ts'
import { fetchExchange, toResponse } from './core/fetch-exchange.ts'

export interface FetchSessionOptions<Rest extends unknown[]> extends AdapterOptions {
  /** The address at the other end of the request's connection, which a Request does not tell. Default: none is known. */
  readonly remoteAddress?: ((request: Request, ...rest: Rest) => string | undefined) | undefined
  /**
   * Answers what somebody has to mend: what `handler` throws that is neither a Response nor a session error, and session
   * errors that are the server's fault (status 500 and above). Default: these have answers of their own; the others are
   * thrown on, and where the session has a new cookie by then, which would be lost with it, console.error and a 500.
   */
  readonly onError?: ((error: unknown, request: Request) => Response | Promise<Response>) | undefined
}

/**
 * A fetch-standard handler with a session: for Deno, Bun, workers on Node, and frameworks built on Request and
 * Response. Session errors that `handler` does not catch become their answer (503, 401, 409, 413). A Response that it
 * throws, as `throw redirect('/')` does, is thrown on with the session's cookie.
 * @throws SessionError `config_invalid` for options that do not exist
 */
export function fetchSession<
  Data extends object,
  Rest extends unknown[],
  Own extends Session<Data> = Session<Data>,
>(
  sessions: Sessions<Data, SessionSummary<Data>, Own>,
  handler: (request: Request, session: Own, ...rest: Rest) => Response | Promise<Response>,
  { remoteAddress, onError, ...options }: FetchSessionOptions<Rest> = {},
): (request: Request, ...rest: Rest) => Promise<Response> {
  const answers = createAnswers('fetchSession', sessions, options)
  return async (request, ...rest) => {
    const exchange = fetchExchange(request, remoteAddress?.(request, ...rest))
    let session: Own | null = null
    try {
      session = await sessions.open(exchange, options)
      const answer = answers.opened(exchange, session)
      const response = answer ? toResponse(answer) : await handler(request, session, ...rest)
      await Session.settled(session)
      return exchange.finish(response)
    } catch (error) {
      if (session) await Session.settled(session)
      if (error instanceof Response) throw exchange.finish(error)
      const answer = answers.failed(error, exchange)
      if (onError && isFault(error)) return exchange.finish(await onError(error, request))
      if (answer) return exchange.finish(toResponse(answer))
      if (exchange.hasCookie) {
        console.error(error)
        return exchange.finish(new Response('Internal server error.\n', { status: 500 }))
      }
      exchange.abandon()
      throw error
    }
  }
}
