import type { KeySet } from '../keys/key-set.ts'
import type { Jwks } from '../keys/public-jwks.ts'
import type { AccessToken, AccessTokenOptions, Subject } from './access-token.ts'

/** How this server keeps refresh tokens; times in milliseconds. */
export interface RefreshSettings {
  readonly policy: string
  readonly repeatFor: number
  readonly perSession: number
}

/** Issues tokens, and knows nothing of who asks for them. */
export interface Issuer {
  readonly issuer: string
  /** The public keys that verify tokens now. `jwksRoute` serves them. */
  publicJwks(): Promise<Jwks>
  /** @internal Milliseconds that a token lives at most. */
  readonly lifetime: number
  /** @internal Null where there are no refresh tokens. */
  readonly refresh: RefreshSettings | null
  /** @internal @throws SessionError `config_invalid` for an audience that there is none of */
  assertAudience(name: string): void
  /** @internal The keys that there are now. */
  keySet(): KeySet | Promise<KeySet>
  /** @internal Milliseconds since the epoch. */
  now(): number
  /** @internal A token of a live session. */
  issue(subject: Subject, options: AccessTokenOptions<object, string>): Promise<AccessToken>
}
