import type { SessionsOptions } from '../../options.ts'
import type { Duration } from '../../policies/duration.ts'
import type { CookieOptions } from '../express-session/cookie.ts'
import type { FormerStore } from '../former-store.ts'
import type { CookieSecret } from '../signed-cookie.ts'

/** What signed the cookies, where that was neither a secret nor a list of them. */
export interface FormerSigner {
  /** What was signed; not valid where the signature is none. */
  unsign(text: string): { readonly valid: boolean; readonly value: string | null }
}

/** Sessions of before, which nobody is to be signed out of. */
export interface FastifyTakeOver {
  /** The store that @fastify/session had: `fastifySessionStore(…)`, or any other. */
  readonly store: FormerStore
  /** What it signed its cookies with: all secrets, where there are several, or its signer. */
  readonly secret: CookieSecret | readonly CookieSecret[] | FormerSigner
  /** Default 'sha256'. */
  readonly algorithm?: string | undefined
  /** What its cookie was called. Default 'sessionId'. */
  readonly cookieName?: string | undefined
  /** What stood before the signed ID. Default ''. */
  readonly cookiePrefix?: string | undefined
}

/**
 * The options of @fastify/session, and beside them those of `createSessions`: `idleTimeout`, `absoluteTimeout`,
 * `sessionsPerUser`, `crossOrigin` and the rest. Those that are never taken are here for the error that they give.
 */
export interface FastifySessionOptions extends Omit<SessionsOptions, 'cookie' | 'tokens'> {
  /** Default '__Host-session'. */
  readonly cookieName?: string | undefined
  /** Of each new session. */
  readonly cookie?: CookieOptions | undefined
  /** The longest `cookie.maxAge` that the application gives a single session ("remember me"). Default: that of `cookie`. */
  readonly longestMaxAge?: Duration | undefined
  /** Takes the live sessions of @fastify/session over at their first request. */
  readonly takeOver?: FastifyTakeOver | undefined
  /**
   * Who is signed in, by the values of a session: `(session) => session.user?.id`. The token then changes with every sign-in
   * even where the application does not regenerate, and `sessions.list` and `revokeUser` know whose it is.
   */
  readonly userId?: ((session: Record<string, never>) => unknown) | undefined
  /** Writes the cookie into every answer, so that the browser keeps it for `maxAge` from then on. Default true. */
  readonly rolling?: boolean | undefined
  readonly saveUninitialized?: false | undefined
  readonly secret?: never
  readonly algorithm?: never
  readonly idGenerator?: never
  readonly cookiePrefix?: never
}
