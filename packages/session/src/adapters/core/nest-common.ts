import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer } from './failure.ts'
import { send } from './node-exchange.ts'

// What the adapter uses of Nest 12, by its form: Latchkey has no dependencies, and the application has one @nestjs/common.

/** Of `@nestjs/common`, the application's own. */
export interface NestCommon {
  createParamDecorator(
    factory: (data: unknown, context: NestHost) => unknown,
  ): (...pipes: never[]) => ParameterDecorator
  Catch(...errors: (abstract new (...given: never[]) => unknown)[]): ClassDecorator
}

/** An `ExecutionContext` or an `ArgumentsHost`. */
export interface NestHost {
  switchToHttp(): { getRequest(): NestRequest; getResponse(): NestResponse }
}

/** Express hands on Node's request, Fastify one around it; middleware has Node's on both. */
export type NestRequest = IncomingMessage | { readonly raw: IncomingMessage }

type FastifyReply = {
  readonly raw: ServerResponse
  code(status: number): FastifyReply
  headers(fields: Readonly<Record<string, string>>): FastifyReply
  send(body: Buffer): unknown
}

export type NestResponse = ServerResponse | FastifyReply

export interface NestGuard {
  canActivate(context: NestHost): boolean
}

/** A `DynamicModule`. */
export interface NestModule {
  readonly module: new () => object
  readonly global: true
  readonly providers: { provide: string; useValue: object }[]
}

/** A `MiddlewareConsumer`. */
export interface NestConsumer {
  apply(middleware: (req: IncomingMessage, res: ServerResponse, next: () => void) => Promise<void>): {
    forRoutes(path: string): unknown
  }
}

export const rawRequest = (request: NestRequest) => ('raw' in request ? request.raw : request)
export const rawResponse = (response: NestResponse) => ('raw' in response ? response.raw : response)

export function answerBy(response: NestResponse, answer: Answer): void {
  if (!('raw' in response)) send(response, answer)
  // Bytes: Fastify adds a charset to the type of JSON texts.
  else response.code(answer.status).headers(answer.headers).send(Buffer.from(answer.body))
}
