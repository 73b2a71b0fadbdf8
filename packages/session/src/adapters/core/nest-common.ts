import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer } from './failure.ts'
import { send } from './node-exchange.ts'

// What the adapter uses of Nest 12, by its form: Latchkey has no dependencies, and the application has one @nestjs/common.

/** Of `@nestjs/common`, the application's own. */
export interface NestCommon {
  /** Makes a decorator of a method's parameter. */
  createParamDecorator(
    factory: (data: unknown, context: NestHost) => unknown,
  ): (...pipes: never[]) => ParameterDecorator
  /** Says which errors a filter is for. */
  Catch(...errors: (abstract new (...given: never[]) => unknown)[]): ClassDecorator
}

/** An `ExecutionContext` or an `ArgumentsHost`. */
export interface NestHost {
  /** The request and its answer. */
  switchToHttp(): NestHttp
}

/** An `HttpArgumentsHost`. */
export interface NestHttp {
  /** The platform's request. */
  getRequest(): NestRequest
  /** The platform's answer. */
  getResponse(): NestResponse
}

/** Express hands on Node's request, Fastify one around it; middleware has Node's on both. */
export type NestRequest = IncomingMessage | { readonly raw: IncomingMessage }

/** What Fastify has around Node's answer. */
export interface NestFastifyReply {
  readonly raw: ServerResponse
  /** Sets the status. */
  code(status: number): NestFastifyReply
  /** Sets fields of the answer. */
  headers(fields: Readonly<Record<string, string>>): NestFastifyReply
  /** Sends it. */
  send(body: Buffer): unknown
}

/** Node's, or Fastify's around it. */
export type NestResponse = ServerResponse | NestFastifyReply

/** A `CanActivate`. */
export interface NestGuard {
  /** True; throws where the request is not let in. */
  canActivate(context: NestHost): boolean
}

/** An `ExceptionFilter`. */
export interface NestFilter {
  /** Answers the error, or throws it again where it is none of the session layer's. */
  catch(error: unknown, host: NestHost): void
}

/** A `DynamicModule`. */
export interface NestModule {
  readonly module: new () => object
  readonly global: true
  readonly providers: { provide: string; useValue: object }[]
}

/** What a module's `configure` is given: a `MiddlewareBuilder`. */
export interface NestConsumer {
  getHttpAdapter(): { use(middleware: NestMiddleware): unknown }
}

export type NestMiddleware = (req: IncomingMessage, res: ServerResponse, next: () => void) => Promise<void>

export const rawRequest = (request: NestRequest) => ('raw' in request ? request.raw : request)
export const rawResponse = (response: NestResponse) => ('raw' in response ? response.raw : response)

export function answerBy(response: NestResponse, answer: Answer): void {
  if (!('raw' in response)) send(response, answer)
  // Bytes: Fastify adds a charset to the type of JSON texts.
  else response.code(answer.status).headers(answer.headers).send(Buffer.from(answer.body))
}
