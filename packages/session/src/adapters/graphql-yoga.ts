import { isSessionError, type SessionError } from '../errors.ts'
import type { Sessions } from '../sessions.ts'
import { plainTextOf } from './core/failure.ts'

/** What our errors are made of. */
export interface GraphQLErrorOptions {
  readonly path: readonly (string | number)[] | undefined
  readonly extensions: {
    readonly code: string
    readonly http: { readonly status: number; readonly headers: Record<string, string> }
  }
}

/** As Yoga takes it. */
export type MaskError = (error: unknown, message: string, isDev?: boolean) => Error

/** Two functions of `graphql-yoga`, which must be the application's copy. */
export interface Yoga {
  createGraphQLError(message: string, options: GraphQLErrorOptions): Error
  readonly maskError: MaskError
}

/**
 * For GraphQL Yoga 5, which answers "Unexpected error" for what a resolver throws:
 * `createYoga({ maskedErrors: { maskError: yogaMaskError(sessions, yoga) } })`, with `import * as yoga from 'graphql-yoga'`.
 * Session errors then have their status, a text for users, and their code as `extensions.code`; all others stay masked.
 * The session itself comes by the context, from the adapter of the server.
 * @param errorText as of the other adapters; null for the text that there is
 */
export function yogaMaskError(
  sessions: Pick<Sessions, 'report'>,
  { createGraphQLError, maskError }: Yoga,
  errorText: (error: SessionError) => string | null = () => null,
): MaskError {
  return (error, message, isDev) => {
    const { originalError, path } = error as { originalError?: unknown; path?: readonly (string | number)[] }
    if (!isSessionError(originalError)) return maskError(error, message, isDev)
    sessions.report(originalError)
    const { code, status, challenge } = originalError
    const headers: Record<string, string> = challenge === undefined ? {} : { 'www-authenticate': challenge }
    const text = errorText(originalError) ?? plainTextOf(originalError)
    return createGraphQLError(text, { path, extensions: { code, http: { status, headers } } })
  }
}
