import { isSessionError } from '../errors.ts'
import type { SessionSummary } from '../record/summary.ts'
import { Session } from '../session.ts'
import type { Sessions } from '../sessions.ts'
import { type AdapterOptions, createAnswers } from './core/answers.ts'
import { type Answer, textOf } from './core/failure.ts'
import { fetchExchange, toResponse } from './core/fetch-exchange.ts'
import { isForItsClient, type KitEvent, redirectIn } from './core/sveltekit-event.ts'

export type { KitEvent }

/** The two hooks of `src/hooks.server.ts`. */
export interface SvelteKitSession {
  /** Opens the request's session as `event.locals.session`: the first handle of a `sequence`. */
  readonly handle: <Event extends KitEvent>(input: {
    event: Event
    resolve(event: Event): Response | Promise<Response>
  }) => Promise<Response>
  /**
   * Gives session errors their status and a text for users. What is none is printed, as SvelteKit does by itself; where a
   * hook of your own does that, call this for session errors (`isSessionError`) alone.
   */
  readonly handleError: (input: {
    error: unknown
    event: Pick<KitEvent, 'request'>
  }) => { status: number; message: string } | undefined
}

/**
 * Sessions for SvelteKit 3. Both hooks must be exported: SvelteKit catches what a load function, an action or an endpoint
 * throws, and tells nobody but `handleError`. Endpoints then answer session errors by 401, 403, 409, 413 or 503 with our
 * body, pages by your `+error.svelte` of that status.
 * @throws SessionError `config_invalid` for options that do not exist
 */
export function sveltekitSession<Data extends object, Own extends Session<Data> = Session<Data>>(
  sessions: Sessions<Data, SessionSummary<Data>, Own>,
  options?: AdapterOptions,
): SvelteKitSession {
  const answers = createAnswers('sveltekitSession', sessions, options)
  const failures = new WeakMap<Request, Answer>()

  function exchangeOf({ request, getClientAddress }: KitEvent) {
    try {
      return fetchExchange(request, getClientAddress())
    } catch {
      return fetchExchange(request, undefined) // while pages are prerendered there is none
    }
  }

  return {
    async handle({ event, resolve }) {
      const exchange = exchangeOf(event)
      let session: Own | null = null
      try {
        session = await sessions.open(exchange, options)
        const answer = answers.opened(exchange, session)
        if (answer) return exchange.finish(toResponse(answer))
        Object.assign(event.locals, { session })
        const response = await resolve(event)
        await Session.settled(session)
        const failure = failures.get(event.request)
        if (!failure) return exchange.finish(response)
        const isPage = response.headers.has('x-sveltekit-page') && failure.status >= 400
        if (!isPage && !isForItsClient(event)) return exchange.finish(toResponse(failure))
        const { 'content-type': _, ...headers } = failure.headers
        for (const [name, value] of Object.entries(headers)) exchange.setHeader(name, value)
        return exchange.finish(response)
      } catch (error) {
        if (session) await Session.settled(session)
        const answer = answers.failed(error, exchange)
        if (answer) return exchange.finish(toResponse(answer))
        if (exchange.hasCookie) return exchange.finish(redirectIn(error, event) ?? serverError(error))
        exchange.abandon()
        throw error
      }
    },

    handleError({ error, event }) {
      if (!isSessionError(error)) return void console.error(error)
      const exchange = fetchExchange(event.request, undefined)
      const answer = answers.failed(error, exchange)
      if (answer) failures.set(event.request, answer)
      return { status: error.status, message: textOf(error, exchange, options?.errorText) }
    },
  }
}

function serverError(error: unknown): Response {
  console.error(error)
  return new Response('Internal server error.\n', { status: 500 })
}
