import type { IncomingMessage } from 'node:http'
import type { SessionSummary } from '../record/summary.ts'
import { Session } from '../session.ts'
import type { Sessions } from '../sessions.ts'
import { type AdapterOptions, createAnswers } from './core/answers.ts'
import { answerBy, type KoaContext } from './core/koa-context.ts'
import { nodeExchange } from './core/node-exchange.ts'

export type { KoaContext } from './core/koa-context.ts'

/** What the middleware adds to `ctx.state`: `new Koa<SessionState<Data>>()`. */
export interface SessionState<
  Data extends object = Record<string, unknown>,
  Own extends Session<Data> = Session<Data>,
> {
  session: Own
}

/** A request's session, and the middleware that opens it. */
export interface KoaSession<Data extends object, Own extends Session<Data> = Session<Data>> {
  (ctx: { readonly req: object }): Own
  /** Opens the request's session, and answers session errors of what comes after it. */
  readonly middleware: (ctx: KoaContext, next: () => Promise<unknown>) => Promise<void>
}

/**
 * Sessions for Koa 3: `const session = koaSession(sessions)`, then `app.use(session.middleware)` and `session(ctx)` in any
 * middleware after it, typed; `ctx.state.session` is the same. Session errors that nothing after it catches get their
 * texts, challenges and `redirects`; all other errors are Koa's.
 * @throws SessionError `config_invalid` for options that do not exist
 */
export function koaSession<Data extends object, Own extends Session<Data> = Session<Data>>(
  sessions: Sessions<Data, SessionSummary<Data>, Own>,
  options?: AdapterOptions,
): KoaSession<Data, Own> {
  const answers = createAnswers('koaSession', sessions, options)
  const opened = Symbol('latchkey session')
  type WithSession = IncomingMessage & { [opened]?: Own }

  function sessionOf(ctx: { readonly req: object }): Own {
    const session = (ctx.req as WithSession)[opened]
    if (!session)
      throw new Error('This request has no session: app.use(session.middleware) before what uses it.')
    return session
  }

  return Object.assign(sessionOf, {
    async middleware(ctx: KoaContext, next: () => Promise<unknown>) {
      const exchange = nodeExchange(ctx.req, ctx.res)
      let session: Own | null = null
      try {
        session = await sessions.open(exchange, options)
        const answer = answers.opened(exchange, session)
        if (answer) return answerBy(ctx, answer)
        ;(ctx.req as WithSession)[opened] = session
        ;(ctx.state as SessionState<Data, Own>).session = session
        await next()
        const pending = Session.settled(session)
        if (pending) await pending
      } catch (error) {
        if (session) await Session.settled(session)
        const answer = answers.failed(error, exchange)
        if (!answer || ctx.res.headersSent) throw error
        answerBy(ctx, answer)
      }
    },
  })
}
