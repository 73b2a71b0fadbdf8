import type { ProviderSession } from '../links/provider-session.ts'
import type { Duration } from './duration.ts'

export interface LoginOptions {
  /** Name of the policy that the session lives under from now on. Default: the one it has, `default` for a new one. */
  readonly policy?: string | undefined
  /** How the user authenticated (RFC 8176: `pwd`, `otp`, `hwk`, …). */
  readonly methods?: readonly string[] | undefined
  /**
   * Where the user signed in, of a sign-in by an identity provider: the claims `iss`, `sub`, `sid` and `iat` of the ID Token.
   * What ends there ends here, by the routes of `latchkey/logout`.
   */
  readonly from?: ProviderSession | undefined
}

export interface ElevateOptions {
  /** How long the privilege lasts. */
  readonly for: Duration
  /** Name of the policy that the session lives under from now on. Default: the one it has. */
  readonly policy?: string | undefined
}
