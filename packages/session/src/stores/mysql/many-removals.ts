import { SessionError } from '../../errors.ts'
import { merged } from '../../record/merged.ts'
import type { Guard, MutableFields, SessionPatch, SessionRecord } from '../../store.ts'

/**
 * Keys that one statement removes, each by a merge patch of its own (statements.ts): the time grows with the square of
 * their number, 2 ms for a hundred on MariaDB 10.11, 0.1 s for a thousand, half a minute for nine thousand. Its
 * JSON_REMOVE is faster and now and then leaves a key.
 */
export const mostRemovals = 100

/** Of those who write the same row at once, one comes through each time. */
const attempts = 100

interface Steps {
  read(sid: string): Promise<SessionRecord | null>
  /** Writes the fields and the whole data in one statement; false when the guard does not hold or the row is gone. */
  replace(
    sid: string,
    fields: Partial<MutableFields>,
    data: SessionRecord['data'],
    guard: Guard,
  ): Promise<boolean>
}

/**
 * The same update for many keys, merged here: atomic, because it is written only over the revision that was read.
 * @returns as `SessionStore.update` does
 */
export async function updateInWhole(
  sid: string,
  patch: SessionPatch,
  { read, replace }: Steps,
): Promise<boolean> {
  const { fields = {}, guard = {} } = patch
  for (let attempt = 0; attempt < attempts; attempt++) {
    const record = await read(sid)
    if (!record) return false
    if (guard.rev !== undefined && guard.rev !== record.rev) return false
    if (guard.secretHash !== undefined && guard.secretHash !== record.secretHash) return false
    if (await replace(sid, fields, merged(record.data, patch), { ...guard, rev: record.rev })) return true
  }
  throw new SessionError(
    'store_unavailable',
    'Others kept changing the session while many of its keys were removed; nothing was changed. Try again.',
  )
}
