import type { IncomingMessage, ServerResponse } from 'node:http'
import { isSessionError } from '../errors.ts'
import type { Duration } from '../policies/duration.ts'
import type { SessionSummary } from '../record/summary.ts'
import type { Session } from '../session.ts'
import type { Sessions } from '../sessions.ts'
import { type AdapterOptions, createAnswers } from './core/answers.ts'
import {
  answerBy,
  type NestCommon,
  type NestConsumer,
  type NestFilter,
  type NestGuard,
  type NestHost,
  type NestModule,
  type NestRequest,
  rawRequest,
  rawResponse,
} from './core/nest-common.ts'
import { nodeExchange, send } from './core/node-exchange.ts'

export type {
  NestCommon,
  NestFastifyReply,
  NestFilter,
  NestGuard,
  NestHost,
  NestHttp,
  NestModule,
  NestRequest,
  NestResponse,
} from './core/nest-common.ts'

/** What a Nest application imports, decorates and guards with. */
export interface NestSession<Data extends object, Own extends Session<Data> = Session<Data>> {
  /** The session of a request of Express or Fastify. */
  (request: NestRequest): Own
  /** For `imports` of the root module: opens every request's session, and answers session errors. */
  readonly module: NestModule
  /** `@session.param() own: Session<Data>` in a controller's method. */
  readonly param: (...pipes: never[]) => ParameterDecorator
  /** Answers session errors: for a filter of yours that catches everything, and asks `isSessionError`. */
  readonly filter: NestFilter
  /** `@UseGuards(session.signedIn)`: 401 for visitors. */
  readonly signedIn: NestGuard
  /** `@UseGuards(session.privilege('admin'))`: 403 without it. */
  privilege(name: string): NestGuard
  /** `@UseGuards(session.fresh('10m'))`: 401 unless the user authenticated within that time. */
  fresh(maxAge: Duration): NestGuard
}

/**
 * Sessions for NestJS 12, on its Express and its Fastify platform: `import * as nest from '@nestjs/common'`, then
 * `const session = nestSession(nest, sessions)`, and `imports: [session.module]` in the root module.
 * @param nest the application's own `@nestjs/common`
 * @throws SessionError `config_invalid` for options that do not exist
 */
export function nestSession<Data extends object, Own extends Session<Data> = Session<Data>>(
  nest: NestCommon,
  sessions: Sessions<Data, SessionSummary<Data>, Own>,
  options?: AdapterOptions,
): NestSession<Data, Own> {
  const answers = createAnswers('nestSession', sessions, options)
  const opened = Symbol('latchkey session')
  type WithSession = IncomingMessage & { [opened]?: Own }

  function sessionOf(request: NestRequest): Own {
    const session = (rawRequest(request) as WithSession)[opened]
    if (!session)
      throw new Error('This request has no session: write imports: [session.module] in the root module.')
    return session
  }
  const sessionIn = (host: NestHost) => sessionOf(host.switchToHttp().getRequest())

  async function middleware(req: IncomingMessage, res: ServerResponse, next: () => void): Promise<void> {
    const exchange = nodeExchange(req, res)
    const session = await sessions.open(exchange, options)
    const answer = answers.opened(exchange, session)
    if (answer) return send(res, answer)
    ;(req as WithSession)[opened] = session
    next()
  }

  class SessionModule {
    configure(consumer: NestConsumer): void {
      // Not by `apply`, whose layers cost a request more than its session does.
      consumer.getHttpAdapter().use(middleware)
    }
  }

  // Its instances are session errors, also those of another copy of this package.
  const AnySessionError = Object.defineProperty(class {}, Symbol.hasInstance, { value: isSessionError })

  class SessionErrorFilter implements NestFilter {
    catch(error: unknown, host: NestHost): void {
      const http = host.switchToHttp()
      const response = http.getResponse()
      const raw = rawResponse(response)
      const answer = answers.failed(error, nodeExchange(rawRequest(http.getRequest()), raw))
      if (!answer) throw error
      if (raw.headersSent) raw.destroy()
      else answerBy(response, answer)
    }
  }
  nest.Catch(AnySessionError)(SessionErrorFilter)

  const guard = (isMet: (session: Own) => unknown): NestGuard => ({
    canActivate(context) {
      isMet(sessionIn(context))
      return true
    },
  })

  // Nest's APP_FILTER, by its name.
  const filter = new SessionErrorFilter()
  const providers = [{ provide: 'APP_FILTER', useValue: filter }]
  const module: NestModule = { module: SessionModule, global: true, providers }

  return Object.assign(sessionOf, {
    module,
    filter,
    param: nest.createParamDecorator((_data, context) => sessionIn(context)),
    signedIn: guard((session) => session.requireUser()),
    privilege: (name: string) => guard((session) => session.requirePrivilege(name)),
    fresh: (maxAge: Duration) => guard((session) => session.requireFresh(maxAge)),
  })
}
