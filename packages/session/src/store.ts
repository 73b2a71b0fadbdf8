/**
 * What a store keeps for a sid. Times are milliseconds since the epoch.
 * A store persists it and gives it back; only core judges it.
 */
export interface SessionRecord {
  readonly sid: string
  /** Null for a visitor. */
  readonly userId: string | null
  /**
   * SHA-256 of the secret, base64url, and a part of that of its family (token.ts). The secret itself is never stored
   * (law 1).
   */
  readonly secretHash: string
  /** The secret before the last renewal, while it may still arrive; null when there is none. */
  readonly previous: PreviousSecret | null
  /** Name of the policy the session lives under. */
  readonly policy: string
  readonly createdAt: number
  readonly authenticatedAt: number | null
  readonly lastSeenAt: number
  readonly renewedAt: number
  /** Earliest end. Stores use it to sweep; core judges. */
  readonly expiresAt: number
  /** Grows by one with every update. */
  readonly rev: number
  /** Key to opaque text (JSON). A store never parses it. */
  readonly data: Readonly<Record<string, string>>
}

export interface PreviousSecret {
  /** SHA-256 of the secret, base64url. */
  readonly hash: string
  /** When the secret that followed was used for the first time; null until then. */
  readonly confirmedAt: number | null
  /** What the next secret is made from, with this one; forgotten once the next was used. */
  readonly nonce: string | null
}

/** The fields of a record that can change during its life. */
export type MutableFields = Pick<
  SessionRecord,
  | 'userId'
  | 'secretHash'
  | 'previous'
  | 'policy'
  | 'authenticatedAt'
  | 'lastSeenAt'
  | 'renewedAt'
  | 'expiresAt'
>

/** Conditions checked in the same atomic step as the write; all that are given must hold. */
export interface Guard {
  readonly secretHash?: string
  readonly rev?: number
}

/** One atomic change. Data keys that it does not name stay as they are (law 3). */
export interface SessionPatch {
  readonly fields?: Partial<MutableFields>
  readonly set?: Readonly<Record<string, string>>
  readonly unset?: readonly string[]
  readonly guard?: Guard
  /**
   * Whose session it is, as the writer knows it; changes nothing in the record. A store whose index by user lives
   * apart from its records must keep the index entry for as long as the record, and so need not look first.
   */
  readonly owner?: string | null
}

export interface ReadOptions {
  /** True asks the backend itself: no cache in between may answer. Default false. */
  readonly fresh?: boolean
}

/**
 * What a store tells every process that shares it.
 * - `ended`: the session was deleted, whoever did it; `sid` null means every session. Passing timeouts are not told.
 * - `changed`: more than its times changed, so that a copy of the record is out of date.
 * - `echo`: a `ping` of this subscription has come back: the way from a write to this listener works.
 * - `lost`: events may be missed from now on, until `listening`.
 * - `listening`: every change from now on is told.
 */
export type StoreEvent =
  | { readonly type: 'ended'; readonly sid: string | null }
  | { readonly type: 'changed'; readonly sid: string }
  | { readonly type: 'echo'; readonly id: string }
  | { readonly type: 'lost' }
  | { readonly type: 'listening' }

export interface Subscription {
  /** Sends something around the way that events take; it comes back as `echo`. Rejects when it cannot be sent. */
  ping(id: string): Promise<void>
  /** Ends the subscription and gives back its connection. Never rejects. */
  close(): Promise<void>
}

/**
 * Extension point: where records live. Text that a store is given is well-formed Unicode without U+0000.
 * Every operation but `list`, `deleteAll` and `sweep` touches one record.
 * A store rejects only when its backend fails, or with a `SessionError` where named below.
 * `storeLaws` of `latchkey/testing` says whether an implementation is right.
 */
export interface SessionStore {
  /**
   * How old, in milliseconds, a record may be that `read` gives without `fresh`; every cache declares it (law 10).
   * Absent or 0: each read asks the backend.
   */
  readonly maxStale?: number
  /**
   * Stores a new record; never overwrites.
   * @throws SessionError `sid_taken` if the sid exists, `store_full` if a bounded store has no room
   */
  create(record: SessionRecord): Promise<void>
  /**
   * The record, expired or not; null when there is none. A store inside the process may answer without a promise:
   * it cannot hang, so that no deadline has to be kept for it.
   */
  read(sid: string, options?: ReadOptions): Promise<SessionRecord | null> | SessionRecord | null
  /**
   * Merges the patch and adds one to `rev`, atomically. Never re-creates a record (law 2).
   * @returns false when the record is gone or a guard does not hold; nothing has changed then
   */
  update(sid: string, patch: SessionPatch): Promise<boolean>
  /** Removes the record; false when it was gone or the guard does not hold. */
  delete(sid: string, guard?: Guard): Promise<boolean>
  /**
   * Sees to it that an earlier delete lasts as long as `delete` promises: one that was refused may have been done, so
   * that the record is gone and could come back. Left out where a delete that was done once stays done.
   */
  confirmDeleted?(sid: string, guard: Guard): Promise<void>
  /** All records of a user, in no particular order, expired ones included. */
  list(userId: string): Promise<SessionRecord[]>
  /** Removes every record; the number removed. */
  deleteAll(): Promise<number>
  /** Removes records with `expiresAt <= now`; the number removed. Left out where the backend expires by itself. */
  sweep?(now: number): Promise<number>
  /**
   * Hears what any process does to the sessions of this store, from `listening` on. Returns at once; a connection
   * that cannot be had is tried again and again, which is told by `lost`. Left out where the backend announces
   * nothing; there, other processes find out when they read.
   */
  subscribe?(listener: (event: StoreEvent) => void): Subscription
  /** Gives back what the store itself opened (a file, a timer), not what it was handed. */
  close?(): Promise<void>
}
