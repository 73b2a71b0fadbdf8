import type { IncomingMessage, ServerResponse } from 'node:http'
import type { SessionSummary } from '../record/summary.ts'
import { Session } from '../session.ts'
import type { Sessions } from '../sessions.ts'
import { type AdapterOptions, createAnswers } from './core/answers.ts'
import type { Answer } from './core/failure.ts'
import {
  asPlugin,
  type FastifyApp,
  type FastifyReply,
  type FastifyRequest,
  isOwnWording,
  takenText,
  type Worded,
} from './core/fastify-app.ts'
import { nodeExchange } from './core/node-exchange.ts'

export interface FastifySessionOptions extends AdapterOptions {
  /** The request's property that holds the session: another one where @fastify/session has that. Default 'session'. */
  readonly as?: string | undefined
}

/** A request's session, and the plugin that opens it. */
export interface FastifySession<Data extends object, Own extends Session<Data> = Session<Data>> {
  (request: { readonly raw: object }): Own
  /** For `app.register`, before the routes and before what reads the session. Holds for the whole instance. */
  readonly plugin: (app: unknown, options: unknown, done: (error?: Error) => void) => void
}

/**
 * Sessions for Fastify 5: `const session = fastifySession(sessions)`, then `app.register(session.plugin)` and
 * `session(request)` in any handler, typed; `request.session` is the same. Session errors go through your error handler
 * (with `statusCode` and `code`); where it words no answer, they have their own texts, challenges and `redirects`.
 * @throws SessionError `config_invalid` for options that do not exist
 */
export function fastifySession<Data extends object, Own extends Session<Data> = Session<Data>>(
  sessions: Sessions<Data, SessionSummary<Data>, Own>,
  { as = 'session', ...options }: FastifySessionOptions = {},
): FastifySession<Data, Own> {
  const answers = createAnswers('fastifySession', sessions, options)
  const opened = Symbol('latchkey session')
  const failed = Symbol('latchkey answer')
  type Raw = IncomingMessage & {
    [opened]?: Own
    [failed]?: { readonly error: Error; readonly answer: Answer }
  }
  type Request = FastifyRequest<Raw>

  function sessionOf(request: { readonly raw: object }): Own {
    const session = (request.raw as Raw)[opened]
    if (!session)
      throw new Error(
        'This request has no session: await app.register(session.plugin) before routes, hooks and plugins that use it.',
      )
    return session
  }

  async function open({ raw }: Request, reply: FastifyReply): Promise<FastifyReply | undefined> {
    const exchange = nodeExchange(raw, reply.raw)
    const session = await sessions.open(exchange, options)
    const answer = answers.opened(exchange, session)
    if (answer) return reply.code(answer.status).headers(answer.headers).send(answer.body)
    raw[opened] = session
    return undefined
  }

  // Before any error handler.
  function hear({ raw }: Request, reply: FastifyReply, error: Error, done: () => void): void {
    const answer = answers.failed(error, nodeExchange(raw, reply.raw as ServerResponse))
    if (answer) raw[failed] = { error, answer }
    done()
  }

  // After all of them: what they say of the error stays, but for Fastify's own wording, whose message is for developers.
  function word({ raw }: Request, reply: FastifyReply, body: unknown, done: Worded): void {
    const failure = raw[failed]
    const answer = failure && isOwnWording(body, failure.error) ? failure.answer : null
    if (answer) reply.code(answer.status).removeHeader('content-length').headers(answer.headers)
    const worded = answer ? answer.body : body
    const session = raw[opened]
    const pending = session ? Session.settled(session) : null
    if (pending) pending.then(() => done(null, worded))
    else done(null, worded)
  }

  function plugin(instance: unknown, _options: unknown, done: (error?: Error) => void): void {
    const app = instance as FastifyApp<Raw>
    const isTaken = app.hasRequestDecorator(as)
    if (!isTaken) {
      app.decorateRequest(as, {
        getter() {
          return sessionOf(this)
        },
      })
      app.addHook('onRequest', open).addHook('onError', hear).addHook('onSend', word)
    }
    done(isTaken ? new Error(takenText(as)) : undefined)
  }

  return Object.assign(sessionOf, { plugin: asPlugin(plugin) })
}
