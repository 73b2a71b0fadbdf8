import type { IncomingMessage } from 'node:http'
import type { SessionsOptions } from '../../options.ts'
import type { Duration } from '../../policies/duration.ts'
import type { FormerStore } from '../former-store.ts'
import type { CookieSecret } from '../signed-cookie.ts'
import type { CookieOptions } from './cookie.ts'

/** Sessions of before, which nobody is to be signed out of. */
export interface TakeOverOptions {
  /** The store that express-session had. */
  readonly store: FormerStore
  /** What it signed its cookies with: all of them, where there are several. */
  readonly secret: CookieSecret | readonly CookieSecret[]
  /** What its cookie was called. Default 'connect.sid'. */
  readonly name?: string | undefined
}

/**
 * The options of express-session, and beside them those of `createSessions`: `idleTimeout`, `absoluteTimeout`,
 * `sessionsPerUser`, `crossOrigin` and the rest. Those that are never taken are here for the error that they give.
 */
export interface ExpressSessionOptions extends Omit<SessionsOptions, 'cookie' | 'tokens'> {
  /** Default '__Host-session'. */
  readonly name?: string | undefined
  /** The same. */
  readonly key?: string | undefined
  /** Of each new session; a function makes it for each request. */
  readonly cookie?: CookieOptions | ((req: IncomingMessage) => CookieOptions) | undefined
  /** The longest `cookie.maxAge` that the application gives a single session ("remember me"). Default: that of `cookie`. */
  readonly longestMaxAge?: Duration | undefined
  /** Takes the live sessions of express-session over at their first request. */
  readonly takeOver?: TakeOverOptions | undefined
  /**
   * Who is signed in, by the values of a session: `(session) => session.passport?.user`. The token then changes with every
   * sign-in even where the application does not regenerate, and `sessions.list` and `revokeUser` know whose it is.
   */
  // biome-ignore lint/suspicious/noExplicitAny: the values are whatever the application stores.
  readonly userId?: ((session: any) => unknown) | undefined
  /** Writes the cookie into every answer, so that the browser keeps it for `maxAge` from then on. Default false. */
  readonly rolling?: boolean | undefined
  /** What `req.session = null` means: that the session ends, or that it stays as it was. Without it, an error. */
  readonly unset?: 'destroy' | 'keep' | undefined
  /** Whether X-Forwarded-Proto is believed, for `secure` and `sameSite`; undefined: what `req.secure` says. */
  readonly proxy?: boolean | undefined
  readonly resave?: false | undefined
  readonly saveUninitialized?: false | undefined
  readonly secret?: never
  readonly genid?: never
}
