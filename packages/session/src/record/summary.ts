import { readClients, type SeenClient } from '../clients/client-record.ts'
import { SessionError } from '../errors.ts'
import { isSealedText } from '../sealed/sealed.ts'
import { storedText } from '../sealed/sealed-record.ts'
import type { SessionRecord } from '../store.ts'
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
  /**
   * A value of the session's data; undefined when there is none that can be read here.
   * @throws SessionError `value_sealed` where sessions are sealed, see {@link SealedSummary}
   */
  get<Key extends keyof Data & string>(key: Key): Data[Key] | undefined
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

export function createSummary<Data extends object>(
  record: SessionRecord,
  { sealed, values }: Reading,
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
    get(key) {
      if (sealed) throw valueSealed(key)
      const stored = storedText(record, key)
      return stored === undefined || isSealedText(stored)
        ? undefined
        : (values.glance(record, key, stored) as never)
    },
  }
}

function valueSealed(key: string): SessionError {
  return new SessionError(
    'value_sealed',
    `A list cannot show ${JSON.stringify(key)}: createSessions has sealed: true, and only a request of the session ` +
      'itself has its key. Keep what a list shows elsewhere, with the sid.',
  )
}
