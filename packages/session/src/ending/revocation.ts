import type { SessionEvents } from '../events/events.ts'
import { isRefreshToken, parentOf } from '../record/refresh-token.ts'
import { isStorable } from '../record/values/stored-text.ts'
import type { Ending, SessionContext } from '../request/context.ts'
import type { SessionRecord } from '../store.ts'

type Reason = SessionEvents['session_expired']['reason']

// The deadline is for one operation, not for waiting behind ten thousand others.
const endedAtOnce = 100

/**
 * Ends one session and tells of it; false when there was none.
 * @param since when the call began whose deadline it shares (performance.now); default: it has its own
 */
export async function endSession(
  context: SessionContext,
  record: Ending & Pick<SessionRecord, 'userId'>,
  reason: Reason,
  since?: number,
): Promise<boolean> {
  const existed = await context.end(record, undefined, since)
  if (existed) context.emit('session_expired', record, { reason })
  return existed
}

/** The same for a record that may be a refresh token's: the session that it came from ends with it, and first. */
export async function endWithParent(
  context: SessionContext,
  record: SessionRecord,
  reason: Reason,
): Promise<boolean> {
  const parent = parentOf(record)
  if (parent) await endSession(context, parent, reason)
  return endSession(context, record, reason)
}

/** Ends the sessions of a user, all or all but one; how many. */
export async function endSessionsOf(
  context: SessionContext,
  userId: string,
  reason: Reason,
  except: string | null = null,
): Promise<number> {
  const records = await recordsOf(context, userId)
  // What is left of them keeps its refresh tokens.
  const doomed = records.filter(
    (record) => record.sid !== except && (except === null || parentOf(record)?.sid !== except),
  )
  let count = 0
  for (let at = 0; at < doomed.length; at += endedAtOnce) {
    const batch = doomed.slice(at, at + endedAtOnce)
    const ended = await Promise.all(batch.map((record) => endSession(context, record, reason)))
    count += batch.filter((record, at) => ended[at] && !isRefreshToken(record)).length
  }
  return count
}

/** The records of a user, ended ones included. */
export async function recordsOf(context: SessionContext, userId: string): Promise<SessionRecord[]> {
  // No session was ever stored for a user id that cannot be stored; some stores would fail on it.
  return isStorable(userId) ? context.list(userId) : []
}
