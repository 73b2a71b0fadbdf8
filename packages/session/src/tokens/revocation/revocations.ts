/** What an ending finds a token by. */
export interface TokenSource {
  /** The session it came from (claim `sid`). */
  readonly sid: string
  /** Whose session that was (claim `sub`). */
  readonly userId: string
  /** Milliseconds since the epoch: the time in its `jti`, a UUID of version 7 (RFC 9562 section 5.7). */
  readonly issuedAt: number
  /** Milliseconds since the epoch (claim `exp`). */
  readonly expiresAt: number
}

/** Extension point: how a guard learns that the session of a token has ended. */
export interface Revocations {
  /**
   * A number that stays the same while nothing ends: a token that was found alive at it is alive still. Null: nothing
   * is known beforehand, and each token has to be asked for.
   * @throws TokenError `revocations_unknown` (503) when what is known is too old to let anybody in
   */
  generation(): number | null
  /**
   * True when the token's session has ended. Without a promise where this process knows.
   * @throws TokenError `revocations_unknown` (503) when it cannot be known now
   */
  isEnded(token: TokenSource): boolean | Promise<boolean>
  /** Stops following, and gives back what was opened for it. */
  close(): Promise<void>
}
