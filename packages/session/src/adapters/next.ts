import { SessionError } from '../errors.ts'
import type { SessionSummary } from '../record/summary.ts'
import { Session } from '../session.ts'
import type { Sessions } from '../sessions.ts'
import { type AdapterOptions, createAnswers } from './core/answers.ts'
import { toResponse } from './core/fetch-exchange.ts'
import { type NextCookies, NextExchange, type NextFunctions, type NextHeaders } from './core/next-exchange.ts'
import { ProxyExchange, passedOn } from './core/next-proxy.ts'
import { thrownAnswer } from './core/next-thrown.ts'
import { fetchSession } from './fetch.ts'

export interface NextSessionOptions extends AdapterOptions, NextFunctions {}

type ProxyAnswer = Response | null | undefined

/** The session of the request at hand, and what makes a route handler and the proxy have one. */
export interface NextSession<Data extends object, Own extends Session<Data> = Session<Data>> {
  /**
   * In server actions, and in server components, where what needs a cookie is refused (`answer_started`) and has changed
   * nothing. One handle for a request, however many components ask.
   */
  (): Promise<Own>
  /** A route handler. Its session errors become their answers, and in what it calls `session()` is the same handle. */
  route<Asked extends Request = Request, Context = unknown>(
    handler: (request: Asked, session: Own, context: Context) => Response | Promise<Response>,
  ): (request: Asked, context: Context) => Promise<Response>
  /**
   * The proxy: renews cookies, and counts requests as use, which a component cannot. Without `handler`, every request
   * goes on to its page.
   */
  proxy<Asked extends Request = Request>(
    handler?: (request: Asked, session: Own) => ProxyAnswer | Promise<ProxyAnswer>,
  ): (request: Asked) => Promise<Response>
}

/**
 * Sessions for Next.js 16: `export const session = nextSession(sessions, { cookies, headers, after })`, then `await session()`,
 * `export const POST = session.route(…)` and, in proxy.ts, `export const proxy = session.proxy()`.
 * @throws SessionError `config_invalid` for options that do not exist, and where those three are missing
 */
export function nextSession<Data extends object, Own extends Session<Data> = Session<Data>>(
  sessions: Sessions<Data, SessionSummary<Data>, Own>,
  { cookies, headers, after, ...options }: NextSessionOptions,
): NextSession<Data, Own> {
  const answers = createAnswers('nextSession', sessions, options)
  for (const given of [cookies, headers, after]) if (typeof given !== 'function') throw withoutNext()
  // Next gives all that works on one request the same headers.
  const opened = new WeakMap<NextHeaders, Promise<Own>>()

  function open(given: NextHeaders, jar: NextCookies): Promise<Own> {
    const exchange = new NextExchange(given, jar, after)
    // Next hides from components what it fetches beforehand, so that no rendering is a sign of a user.
    const { touch = exchange.method === 'POST' ? undefined : false } = options
    return sessions.open(exchange, { ...options, touch })
  }

  async function sessionOfRequest(): Promise<Own> {
    const given = await asked(headers)
    const jar = await cookies()
    const session = opened.get(given) ?? open(given, jar)
    opened.set(given, session)
    return session
  }

  function route<Asked extends Request, Context>(
    handler: (request: Asked, session: Own, context: Context) => Response | Promise<Response>,
  ): (request: Asked, context: Context) => Promise<Response> {
    const handle = fetchSession<Data, [NextHeaders, Context], Own>(
      sessions,
      async (request, session, given, context) => {
        opened.set(given, Promise.resolve(session))
        try {
          return await handler(request as Asked, session, context)
        } catch (error) {
          const answer = thrownAnswer(error)
          if (answer) return answer
          throw error
        }
      },
      options,
    )
    return async (request, context) => handle(request, await asked(headers), context)
  }

  function proxy<Asked extends Request>(
    handler?: (request: Asked, session: Own) => ProxyAnswer | Promise<ProxyAnswer>,
  ): (request: Asked) => Promise<Response> {
    return async (request) => {
      const exchange = new ProxyExchange(request)
      let session: Own | null = null
      try {
        session = await sessions.open(exchange, options)
        exchange.opened()
        opened.set(await asked(headers), Promise.resolve(session))
        const answer = answers.opened(exchange, session)
        const response = answer ? toResponse(answer) : await handler?.(request, session)
        await Session.settled(session)
        return exchange.finish(response ?? passedOn())
      } catch (error) {
        if (session) await Session.settled(session)
        const answer = answers.failed(error, exchange)
        if (answer) return exchange.finish(toResponse(answer))
        if (!exchange.hasCookie) throw error
        console.error(error)
        return exchange.finish(new Response('Internal server error.\n', { status: 500 }))
      }
    }
  }

  return Object.assign(sessionOfRequest, { route, proxy })
}

/** @throws Error where there is no request: Next gives a page that was declared static no headers at all */
async function asked(headers: () => Promise<NextHeaders>): Promise<NextHeaders> {
  const given = await headers()
  for (const _name of given.keys()) return given
  throw new Error(
    "There is no request here, and so no session: take `export const dynamic = 'force-static'` out of this page or route.",
  )
}

function withoutNext(): SessionError {
  return new SessionError(
    'config_invalid',
    "nextSession needs functions of Next's: import { cookies, headers } from 'next/headers' and { after } from " +
      "'next/server', and write nextSession(sessions, { cookies, headers, after }).",
  )
}
