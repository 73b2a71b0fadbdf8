import type { SessionSummary } from '../record/summary.ts'
import { Session } from '../session.ts'
import type { Sessions } from '../sessions.ts'
import { type AdapterOptions, createAnswers } from './core/answers.ts'
import type { Answer } from './core/failure.ts'
import { type FetchExchange, fetchExchange, toResponse } from './core/fetch-exchange.ts'

/** What is used of the arguments of middleware, loaders and actions. */
export interface RouteArguments {
  readonly request: Request
  /** React Router's RouterContextProvider. */
  readonly context: object
}

/** Two functions, in this order. */
export type ReactRouterMiddleware = ((
  args: RouteArguments,
  next: () => Promise<Response>,
) => Promise<Response>)[]

export interface ReactRouterOptions extends AdapterOptions {
  /** The address at the other end of the request's connection, which a Request does not tell. Default: none is known. */
  readonly remoteAddress?: ((args: RouteArguments) => string | undefined) | undefined
}

/** A request's session by its context, and what React Router is to be given. */
export interface ReactRouterSession<Data extends object, Own extends Session<Data> = Session<Data>> {
  (context: object): Own
  /** `export const middleware = session.middleware` in `root.tsx`. */
  readonly middleware: ReactRouterMiddleware
  /**
   * `export const handleError = session.handleError` in `entry.server.tsx`: React Router tells nobody else what a loader or
   * an action threw. What is no session error is printed, as without it.
   */
  readonly handleError: (error: unknown, args: { readonly request: Request }) => void
}

/**
 * Sessions for React Router 8 in framework mode: `session(context)` in loaders, actions and middleware, typed. Session
 * errors become 401, 403, 409, 413 or 503: our answer from resource routes, the ErrorBoundary with that status from pages.
 * @throws SessionError `config_invalid` for options that do not exist
 */
export function reactRouterSession<Data extends object, Own extends Session<Data> = Session<Data>>(
  sessions: Sessions<Data, SessionSummary<Data>, Own>,
  { remoteAddress, ...options }: ReactRouterOptions = {},
): ReactRouterSession<Data, Own> {
  const answers = createAnswers('reactRouterSession', sessions, options)
  const failures = new WeakMap<Request, Answer>()
  // What React Router's createContext makes.
  const key = { defaultValue: undefined }

  function sessionOf(context: object): Own {
    try {
      return (context as { get(of: object): Own }).get(key)
    } catch {
      throw new Error(
        'This request has no session: export const middleware = session.middleware in root.tsx.',
      )
    }
  }

  async function opened(args: RouteArguments, exchange: FetchExchange, next: () => Promise<Response>) {
    const session = await sessions.open(exchange, options)
    const answer = answers.opened(exchange, session)
    if (answer) return toResponse(answer)
    ;(args.context as { set(of: object, value: Own): void }).set(key, session)
    try {
      return await next()
    } finally {
      await Session.settled(session)
    }
  }

  async function outer(args: RouteArguments, next: () => Promise<Response>): Promise<Response> {
    const exchange = fetchExchange(args.request, remoteAddress?.(args))
    try {
      return exchange.finish(await opened(args, exchange, next))
    } catch (error) {
      const answer = answers.failed(error, exchange)
      if (!answer) throw error
      // Thrown: of a page, React Router makes its ErrorBoundary of that.
      throw exchange.finish(toResponse(answer))
    }
  }

  // Thrown from here, the outer one is given the page that React Router makes of it, and puts the headers on.
  async function inner({ request }: RouteArguments, next: () => Promise<Response>): Promise<Response> {
    const response = await next()
    const failure = failures.get(request)
    if (!failure) return response
    await response.body?.cancel()
    const exchange = fetchExchange(request, undefined)
    const { 'content-type': _, location: __, ...headers } = failure.headers
    for (const [name, value] of Object.entries(headers)) exchange.setHeader(name, value)
    throw toResponse(failure)
  }

  return Object.assign(sessionOf, {
    middleware: [outer, inner],
    handleError(error: unknown, { request }: { readonly request: Request }) {
      const answer = answers.failed(error, fetchExchange(request, undefined))
      if (answer) failures.set(request, answer)
      else if (!request.signal.aborted) console.error(error)
    },
  })
}
