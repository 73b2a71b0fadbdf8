import { isSessionError } from '../errors.ts'
import type { SessionRecord, SessionStore } from '../store.ts'

/**
 * Records that are no sessions, for what has to be on every store there is: no store has a line of code for it, and sweeping,
 * or the backend's own expiry, forgets it. Their sids have a colon, which no session's sid has: no cookie opens one, and
 * nothing revokes one.
 */
export const notePrefix = 'latchkey:'

/** No secret has this hash. */
const unopenable = '0'.repeat(64)

export interface Note {
  /** Begins with {@link notePrefix}; at most 64 characters. */
  readonly sid: string
  /** What `list` finds it by. */
  readonly owner: string | null
  /** What it is for, in the place of a policy's name. */
  readonly purpose: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly expiresAt: number
  readonly data: SessionRecord['data']
}

export function isNoteSid(sid: string): boolean {
  return sid.startsWith(notePrefix)
}

export function noteRecord({ sid, owner, purpose, at, expiresAt, data }: Note): SessionRecord {
  return {
    sid,
    userId: owner,
    secretHash: unopenable,
    previous: null,
    policy: purpose,
    createdAt: at,
    authenticatedAt: null,
    lastSeenAt: at,
    renewedAt: at,
    expiresAt,
    rev: 0,
    data,
  }
}

const attempts = 10

type Writing = Pick<SessionStore, 'create' | 'update'>

/**
 * Adds to a note by the one atomic merge that all stores have, or makes it.
 * @param alsoFields what an existing one gets beside its data
 */
export async function putNote(
  store: Writing,
  note: Note,
  alsoFields: { readonly expiresAt?: number } = {},
): Promise<void> {
  // A store that waits for replicas does so for a secret's hash: neither may a failover forget this.
  const patch = { fields: { secretHash: unopenable, ...alsoFields }, set: note.data, owner: note.owner }
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (await store.update(note.sid, patch)) return
    if (await makeNote(store, note)) return
  }
  throw new Error(`a note of ${note.purpose} was made and removed at every attempt`)
}

/** False where there is one already. */
export async function makeNote(store: Pick<SessionStore, 'create'>, note: Note): Promise<boolean> {
  try {
    await store.create(noteRecord(note))
    return true
  } catch (error) {
    if (isSessionError(error) && error.code === 'sid_taken') return false
    throw error
  }
}
