import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer } from './failure.ts'

/** What the adapter uses of Koa's context, by its form: Latchkey has no dependencies. */
export interface KoaContext {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly state: object
  status: number
  body: unknown
  respond?: boolean | undefined
  /** Sets fields of the answer. */
  set(fields: Record<string, string>): void
}

/** As the application's own answers are given, so that what is mounted around sees it. */
export function answerBy(ctx: KoaContext, { status, headers, body }: Answer): void {
  ctx.respond = true
  ctx.status = status
  ctx.set(headers)
  ctx.body = body
}
