import type { Client, ClientPart, SeenClient } from '../clients/client-record.ts'
import { callListener } from './listener.ts'

/** What every event of a session has; never a token or a value of the session (ASVS 16.2.5). */
export interface SessionEventBase {
  readonly sid: string
  readonly userId: string | null
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** What an event has that a request without a session can cause as well. */
export interface RequestEventBase {
  /** Null when the request has no session, or none was looked for. */
  readonly sid: string | null
  readonly userId: string | null
  /** Milliseconds since the epoch. */
  readonly at: number
}

export type RenewalReason = 'renewal' | 'login' | 'reauthenticate' | 'elevate' | 'drop' | 'regenerate'

/** Why somebody ended sessions: what `revoke`, `revokeUser` and `revokeAll` are told, `revoked` unless told. */
export type RevocationReason =
  | 'revoked'
  | 'account-disabled'
  | 'account-deleted'
  | 'factor-changed'
  | 'administrator'
  | 'provider'

/** Events, by the names of the OWASP Logging Vocabulary where it has one. */
export interface SessionEvents {
  /** A record was made: a sign-in, or the first value that a visitor stored. */
  session_created: SessionEventBase & { readonly policy: string }
  /** A new secret: by renewal, at a privilege boundary, or at the sign-in of a visitor whose session goes on. */
  session_renewed: SessionEventBase & { readonly reason: RenewalReason }
  /** Ended by a timeout, found when somebody used it, or by somebody. Passing timeouts nobody meets are not told. */
  session_expired: SessionEventBase & {
    /** `replaced`: another user signed in with this browser. */
    readonly reason: 'idle' | 'absolute' | 'reuse' | 'excess' | 'replaced' | 'unreadable' | RevocationReason
  }
  /** Every session was ended. No `session_expired` tells of the single ones. */
  session_expired_all: {
    readonly reason: RevocationReason
    readonly count: number
    /** Milliseconds since the epoch. */
    readonly at: number
  }
  session_logout: SessionEventBase
  /** A token was used after the timeout of its session. */
  session_use_after_expire: SessionEventBase
  /** A client used the session that it did not know (`clients.onChange`). */
  session_client_changed: SessionEventBase & {
    /** The client that used it last. */
    readonly before: SeenClient
    readonly after: Client
    readonly changed: readonly ClientPart[]
    readonly action: 'event' | 'reauthenticate'
  }
  /** Somebody signed in: into a new session, or into the one that was a visitor's or already theirs. */
  authn_login_success: SessionEventBase & {
    readonly policy: string
    readonly methods: readonly string[]
  }
  /** An access token was issued from the session. */
  authn_token_created: SessionEventBase & {
    /** Its name (`jti`), by which services log what it was used for. */
    readonly id: string
    readonly audience: string
    /** Which client it was given to. */
    readonly clientId: string
    readonly scope: readonly string[]
    /** Milliseconds since the epoch. */
    readonly expiresAt: number
    /** Whether it is bound to a key of the client. */
    readonly isBound: boolean
  }
  /** A secret was used that its successor had replaced: the session has two holders, and was ended. */
  authn_token_reuse: SessionEventBase & {
    readonly renewedAt: number
    /** The client that used the session last, as the record knows it; null where `clients` are not kept. */
    readonly known: SeenClient | null
    /** The client that brought the replaced secret. Either may be the thief. */
    readonly presented: Client
  }
  /** A sign-in went over `sessionsPerUser`: the oldest session was ended, or the sign-in refused. */
  excess_sessions_exceeded: RequestEventBase & {
    readonly max: number
    readonly outcome: 'evicted' | 'refused'
  }
  /** `requirePrivilege` refused. */
  authz_fail: RequestEventBase & { readonly privilege: string }
  /** A page of another origin sent an unsafe request, or `verifyCsrfToken` found no token of the session. */
  malicious_csrf: RequestEventBase & {
    readonly reason: 'origin' | 'token'
    readonly method: string
    readonly client: Client
  }
}

export type SessionEventName = keyof SessionEvents

// A record, so that the compiler says when an event is missing here.
const names: Record<SessionEventName, true> = {
  session_created: true,
  session_renewed: true,
  session_expired: true,
  session_expired_all: true,
  session_logout: true,
  session_use_after_expire: true,
  session_client_changed: true,
  authn_login_success: true,
  authn_token_created: true,
  authn_token_reuse: true,
  excess_sessions_exceeded: true,
  authz_fail: true,
  malicious_csrf: true,
}

/** Every event there is, for listeners that log or count all of them. */
export const sessionEventNames = Object.keys(names) as readonly SessionEventName[]

/** May be async: a promise that rejects is a warning, as is what it throws. */
export type SessionEventListener<Name extends SessionEventName> = (event: SessionEvents[Name]) => unknown

export interface Events {
  emit<Name extends SessionEventName>(name: Name, event: SessionEvents[Name]): void
  /** The returned function stops the listening. */
  on<Name extends SessionEventName>(name: Name, listener: SessionEventListener<Name>): () => void
}

/** @param warn hears of listeners that throw: no request fails because of one */
export function createEvents(warn: (message: string) => void): Events {
  const listeners = new Map<SessionEventName, Set<(event: never) => unknown>>()
  return {
    emit(name, event) {
      const ofName = listeners.get(name)
      if (!ofName) return
      const told = Object.freeze(event)
      for (const listener of [...ofName])
        callListener(`a listener for ${name}`, warn, () => listener(told as never))
    },
    on(name, listener) {
      const ofName = listeners.get(name) ?? new Set()
      listeners.set(name, ofName.add(listener))
      return () => ofName.delete(listener)
    },
  }
}
