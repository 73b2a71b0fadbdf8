/** What every event has; never a token or a value of the session (ASVS 16.2.5). */
export interface SessionEventBase {
  readonly sid: string
  readonly userId: string | null
  /** Milliseconds since the epoch. */
  readonly at: number
}

export type RenewalReason = 'renewal' | 'login' | 'reauthenticate' | 'elevate' | 'drop' | 'regenerate'

/** Events by the names of the OWASP Logging Vocabulary. */
export interface SessionEvents {
  /** A record was made: a sign-in, or the first value that a visitor stored. */
  session_created: SessionEventBase & { readonly policy: string }
  /** A new secret: by renewal, at a privilege boundary, or at the sign-in of a visitor whose session goes on. */
  session_renewed: SessionEventBase & { readonly reason: RenewalReason }
  /** Ended by a timeout, found when somebody used it, or by somebody. Passing timeouts nobody meets are not told. */
  session_expired: SessionEventBase & {
    readonly reason: 'idle' | 'absolute' | 'revoked' | 'reuse' | 'excess' | 'unreadable'
  }
  session_logout: SessionEventBase
  /** A token was used after the timeout of its session. */
  session_use_after_expire: SessionEventBase
  /** A secret was used that its successor had replaced: the session has two holders, and was ended. */
  authn_token_reuse: SessionEventBase & { readonly renewedAt: number }
}

export type SessionEventName = keyof SessionEvents

export type SessionEventListener<Name extends SessionEventName> = (event: SessionEvents[Name]) => void

export interface Events {
  emit<Name extends SessionEventName>(name: Name, event: SessionEvents[Name]): void
  /** The returned function stops the listening. */
  on<Name extends SessionEventName>(name: Name, listener: SessionEventListener<Name>): () => void
}

/** @param warn hears of listeners that throw: no request fails because of one */
export function createEvents(warn: (message: string) => void): Events {
  const listeners = new Map<SessionEventName, Set<(event: never) => void>>()
  return {
    emit(name, event) {
      for (const listener of [...(listeners.get(name) ?? [])]) {
        try {
          listener(event as never)
        } catch (error) {
          warn(
            `latchkey: a listener for ${name} threw: ${error instanceof Error ? error.message : String(error)}`,
          )
        }
      }
    },
    on(name, listener) {
      const ofName = listeners.get(name) ?? new Set()
      listeners.set(name, ofName.add(listener))
      return () => ofName.delete(listener)
    },
  }
}
