import type { SessionEventName } from 'latchkey'
import type { Database, Row } from './database.ts'

/** What happens to sessions, by the names of the OWASP Logging Vocabulary, and two things the console does itself. */
export type EventKind = SessionEventName | 'authn_password_change' | 'sessions_ended_all'

/** Never a token, and no value of a session. */
export interface HistoryEvent {
  /** Null when it was about every session. */
  readonly sid: string | null
  readonly kind: EventKind
  /** Why a session ended or got a new token, or the policy it began under. */
  readonly reason: string | null
  /** What the browser said of itself when it signed in: "Firefox on Linux". Null when that is not known. */
  readonly client: string | null
  /** Milliseconds since the epoch. */
  readonly at: number
}

export interface NewEvent extends Omit<HistoryEvent, 'client' | 'sid'> {
  readonly sid: string
  /** Null: whoever an earlier event of this session names. */
  readonly userId: string | null
}

/** What happened to the sessions of each user; all reject when the database cannot answer. */
export interface History {
  /**
   * Keeps an event; one that is no user's, or a deleted user's, is left out. Of a session's renewals the last is kept.
   */
  add(event: NewEvent): Promise<void>
  /** Says which browser the events of a session are about. */
  describe(sid: string, client: string): Promise<void>
  /** An administrator has ended every session of everybody. */
  addEndedAll(): Promise<void>
  /** Newest first. */
  ofUser(userId: string, limit?: number): Promise<HistoryEvent[]>
  /** Of a session that is or was this user's; newest first. */
  ofSession(userId: string, sid: string): Promise<HistoryEvent[]>
  /** Removes what is older than {@link keptFor}. */
  sweep(): Promise<void>
}

/** Events kept per user; older ones make room. */
export const eventsPerUser = 200
/** Milliseconds: 90 days. */
export const keptFor = 90 * 86_400_000

const columns = 'sid, kind, reason, client, at'
const ofSameSession = 'FROM console_events WHERE sid = $2'
const newest = 'ORDER BY at DESC, rowid DESC'
const insert = `INSERT INTO console_events (user_id, sid, kind, reason, client, at)
  SELECT id, $2, $3, $4, (SELECT client ${ofSameSession} AND client IS NOT NULL ${newest} LIMIT 1), CAST($5 AS BIGINT)
  FROM console_users
  WHERE id = COALESCE($1, (SELECT user_id ${ofSameSession} ${newest} LIMIT 1)) RETURNING user_id`
const insertForAll = `INSERT INTO console_events (user_id, sid, kind, reason, client, at)
  VALUES (NULL, NULL, 'sessions_ended_all', NULL, NULL, $1)`
const trim = `DELETE FROM console_events WHERE user_id = $1 AND rowid NOT IN
  (SELECT rowid FROM console_events WHERE user_id = $1 ${newest} LIMIT ${eventsPerUser})`
// They come every hour from every device in use, and would push out what matters.
const forgetRenewals = `DELETE FROM console_events
  WHERE sid = $1 AND kind = 'session_renewed' AND reason = 'renewal'`
const describe = 'UPDATE console_events SET client = $2 WHERE sid = $1 AND client IS NULL'
// What happened to all, a user who signed up later has no part in.
const ofUser = `SELECT ${columns} FROM console_events WHERE user_id = $1 OR (user_id IS NULL
  AND at >= (SELECT created_at FROM console_users WHERE id = $1)) ${newest} LIMIT $2`
const ofSession = `SELECT ${columns} FROM console_events WHERE user_id = $1 AND sid = $2 ${newest}`
const sweep = 'DELETE FROM console_events WHERE at <= $1'

export function createHistory(database: Database, now: () => number): History {
  return {
    async add({ userId, sid, kind, reason, at }) {
      if (kind === 'session_renewed' && reason === 'renewal') await database.query(forgetRenewals, sid)
      const { rows } = await database.query(insert, userId, sid, kind, reason, at)
      const owner = rows[0]?.user_id
      if (owner !== undefined) await database.query(trim, String(owner))
    },
    async describe(sid, client) {
      await database.query(describe, sid, client)
    },
    async addEndedAll() {
      await database.query(insertForAll, now())
    },
    async ofUser(userId, limit = eventsPerUser) {
      return (await database.query(ofUser, userId, limit)).rows.map(toEvent)
    },
    async ofSession(userId, sid) {
      return (await database.query(ofSession, userId, sid)).rows.map(toEvent)
    },
    async sweep() {
      await database.query(sweep, now() - keptFor)
    },
  }
}

function toEvent(row: Row): HistoryEvent {
  return {
    sid: row.sid as string | null,
    kind: row.kind as EventKind,
    reason: row.reason as string | null,
    client: row.client as string | null,
    at: Number(row.at),
  }
}
