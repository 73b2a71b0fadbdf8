import { readClients, type SeenClient } from '../clients/client-record.ts'
import { SessionError } from '../errors.ts'
import { isSealedText } from '../sealed/sealed.ts'
import { storedText } from '../sealed/sealed-record.ts'
import type { SessionRecord } from '../store.ts'
import { refreshNoteOf } from './refresh-token.ts'
import type { Values } from './values/values.ts'

/** A session as a list of devices shows it: what it is and what it holds, never what opens it (law 1). */
export interface SessionSummary<Data extends object = Record<string, unknown>> {
  readonly sid: string
  readonly userId: string | null
  /**
   * Name of the policy it lives under: 'default', or what `login` or `elevate` was told. Where it is a name that this
   * release does not have, the default's timeouts count.
   */
  readonly policy: string
  /** All times are milliseconds since the epoch. */
  readonly createdAt: number
  readonly authenticatedAt: number | null
  /** Exact to a minute, or a tenth of the idle timeout if that is shorter. */
  readonly lastSeenAt: number
  readonly expiresAt: number
  /** Who used it since the last sign-in, the latest first; empty unless `createSessions` has `clients`. */
  readonly clients: readonly SeenClient[]
  /** The refresh tokens that came from it, which end with it. */
  readonly refreshTokens: readonly RefreshTokenSummary[]
  /**
   * A value of the session's data; undefined when there is none that can be read here.
   * @throws SessionError `value_sealed` where sessions are sealed, see {@link SealedSummary}
   */
  get<Key extends keyof Data & string>(key: Key): Data[Key] | undefined
}

/** A refresh token in a list: whose hands it is in, never what it is (law 1). Times are milliseconds since the epoch. */
export interface RefreshTokenSummary {
  readonly sid: string
  readonly clientId: string
  readonly audience: string
  readonly createdAt: number
  /** Exact to a minute, or a tenth of the idle timeout if that is shorter. */
  readonly lastSeenAt: number
}

/** What a list shows of a session whose values only its own requests can read. */
export interface SealedSummary extends Omit<SessionSummary, 'get'> {
  /** No key will do: a sealed value is in no list. */
  get(key: never): never
}

interface Reading {
  /** Whether new sessions are sealed: then no value is shown, in whatever form this one has it. */
  readonly sealed: boolean
  readonly values: Values
}

/** @param tokens the live refresh tokens of its user */
export function createSummary<Data extends object>(
  record: SessionRecord,
  { sealed, values }: Reading,
  tokens: readonly SessionRecord[] = [],
): SessionSummary<Data> {
  const { sid, userId, policy, createdAt, authenticatedAt, lastSeenAt, expiresAt } = record
  return {
    sid,
    userId,
    policy,
    createdAt,
    authenticatedAt,
    lastSeenAt,
    expiresAt,
    clients: readClients(record),
    refreshTokens: tokens.flatMap((token) => tokenOf(token, sid)),
    get(key) {
      if (sealed) throw valueSealed(key)
      const stored = storedText(record, key)
      return stored === undefined || isSealedText(stored)
        ? undefined
        : (values.glance(record, key, stored) as never)
    },
  }
}

function tokenOf(token: SessionRecord, parent: string): RefreshTokenSummary[] {
  const note = refreshNoteOf(token)
  if (note?.parent !== parent) return []
  const { sid, createdAt, lastSeenAt } = token
  return [{ sid, clientId: note.clientId, audience: note.audience, createdAt, lastSeenAt }]
}

function valueSealed(key: string): SessionError {
  return new SessionError(
    'value_sealed',
    `A list cannot show ${JSON.stringify(key)}: createSessions has sealed: true, and only a request of the session ` +
      'itself has its key. Keep what a list shows elsewhere, with the sid.',
  )
}
