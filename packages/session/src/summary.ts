import { readClients, type SeenClient } from './client-record.ts'
import type { SessionRecord } from './store.ts'

/** A session as a list of devices shows it: what it is and what it holds, never what opens it (law 1). */
export interface SessionSummary<Data extends object = Record<string, unknown>> {
  readonly sid: string
  readonly userId: string | null
  /** All times are milliseconds since the epoch. */
  readonly createdAt: number
  readonly authenticatedAt: number | null
  /** Exact to a minute, or a tenth of the idle timeout if that is shorter. */
  readonly lastSeenAt: number
  readonly expiresAt: number
  /** Who used it since the last sign-in, the latest first; empty unless `createSessions` has `clients`. */
  readonly clients: readonly SeenClient[]
  /** A value of the session's data. */
  get<Key extends keyof Data & string>(key: Key): Data[Key] | undefined
}

export function createSummary<Data extends object>(record: SessionRecord): SessionSummary<Data> {
  const { sid, userId, createdAt, authenticatedAt, lastSeenAt, expiresAt } = record
  return {
    sid,
    userId,
    createdAt,
    authenticatedAt,
    lastSeenAt,
    expiresAt,
    clients: readClients(record),
    get: (key) => readValue(record, key),
  }
}

/** The value behind a key of a record, parsed; undefined when there is none. */
export function readValue<Value>(record: SessionRecord | null, key: string): Value | undefined {
  const text = record && Object.hasOwn(record.data, key) ? record.data[key] : undefined
  return text === undefined ? undefined : (JSON.parse(text) as Value)
}
