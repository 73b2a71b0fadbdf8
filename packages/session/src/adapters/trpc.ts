import { isSessionError, type SessionError } from '../errors.ts'
import type { Sessions } from '../sessions.ts'
import { plainTextOf } from './core/failure.ts'

/** tRPC's names of the statuses that session errors have; what is missing is a fault of the server. */
const codes = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  409: 'CONFLICT',
  413: 'PAYLOAD_TOO_LARGE',
  503: 'SERVICE_UNAVAILABLE',
} as const

/** What a session error is called in tRPC. */
export type TrpcCode = (typeof codes)[keyof typeof codes] | 'INTERNAL_SERVER_ERROR'

/** tRPC's own class, which must be the application's copy. */
export type TrpcErrorClass = new (options: { message: string; code: TrpcCode; cause: unknown }) => Error

/** What `next` of a middleware gives. */
export interface TrpcResult {
  readonly ok: boolean
  readonly error?: { readonly cause?: unknown }
}

/**
 * A tRPC 11 middleware that gives session errors their codes: `t.procedure.use(trpcSessionErrors(sessions, TRPCError))`.
 * Without it they are INTERNAL_SERVER_ERROR. The session itself comes by the context, from the adapter of the server.
 * @param errorText as of the other adapters; null for the text that there is
 */
export function trpcSessionErrors(
  sessions: Pick<Sessions, 'report'>,
  TRPCError: TrpcErrorClass,
  errorText: (error: SessionError) => string | null = () => null,
): <Next extends TrpcResult>(input: { readonly next: () => Promise<Next> }) => Promise<Next> {
  return async ({ next }) => {
    const result = await next()
    const error = result.error?.cause
    if (result.ok || !isSessionError(error)) return result
    sessions.report(error)
    const code = codes[error.status as keyof typeof codes] ?? 'INTERNAL_SERVER_ERROR'
    throw new TRPCError({ code, message: errorText(error) ?? plainTextOf(error), cause: error })
  }
}
