import type { SessionRecord } from '../store.ts'
import { reservedPrefix } from './values/json.ts'

/**
 * The policy that the record of a refresh token names, which tells it from a session's in every list and at every use: no
 * cookie opens it, and it opens no cookie's session. `tokens({ refresh: { policy } })` says which times it stands for.
 */
export const refreshPolicy = `${reservedPrefix}refresh`

const noteKey = `${reservedPrefix}refresh`

/** What a refresh token is for. */
export interface RefreshNote {
  /** The session that it came from, and that it lives and ends with. */
  readonly parent: string
  readonly clientId: string
  readonly audience: string
  readonly scope: readonly string[]
  /** Thumbprint of the key whose proofs it needs (RFC 9449 section 5); null for none. */
  readonly jkt: string | null
}

export function isRefreshToken({ policy }: Pick<SessionRecord, 'policy'>): boolean {
  return policy === refreshPolicy
}

/** What the record of a refresh token is for; null for a session's. */
export function refreshNoteOf(record: SessionRecord): RefreshNote | null {
  const text = isRefreshToken(record) ? record.data[noteKey] : undefined
  return text === undefined ? null : JSON.parse(text)
}

/** The data of a new refresh token's record. */
export function writeRefreshNote(note: RefreshNote): SessionRecord['data'] {
  return { [noteKey]: JSON.stringify(note) }
}

/** The session that a refresh token came from; null for a session. */
export function parentOf(record: SessionRecord): Pick<SessionRecord, 'sid' | 'userId'> | null {
  const note = refreshNoteOf(record)
  return note && { sid: note.parent, userId: record.userId }
}
