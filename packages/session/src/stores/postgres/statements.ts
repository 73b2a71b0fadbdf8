import type { Guard, SessionPatch, SessionRecord } from '../../store.ts'
import { changedColumns, insertColumns, readColumns, rowOf } from '../sql/columns.ts'
import type { SqlTables } from '../sql/tables.ts'

/** SQL and its values, in the order of $1, $2, … */
export interface Query {
  readonly text: string
  readonly values: unknown[]
}

/** Announcements as they are sent: a letter, and what it is about. See postgres-listener.ts. */
export const letters = { ended: 'e', changed: 'c', endedAll: 'a', ping: 'p' } as const

// The table's own number: processes that name the table differently, with its schema or without, still hear each
// other. `tableoid` is that number in a row.
const channelPrefix = 'latchkey_'

/** The statements of one store. Each operation is one statement, so it happens entirely or not at all. */
export function postgresStatements({ sessions }: SqlTables, isAnnounced: boolean) {
  // One column with ten of them costs the server little and saves this process the reading of nine. As text, which no
  // way to read types makes anything else of: with `binary: true`, or by pg-native, JSON comes as something else.
  const row = `json_build_array(${readColumns.join(', ')})::text, data::text`
  const insert = `INSERT INTO ${sessions} (${insertColumns.join(', ')})
    VALUES (${insertColumns.map((_, index) => `$${index + 1}`).join(', ')}) ON CONFLICT (sid) DO NOTHING`
  const read = `SELECT ${row} FROM ${sessions} WHERE sid = $1`
  const list = `SELECT sid, ${row} FROM ${sessions} WHERE user_id = $1`

  /** The change, and the announcement at its commit. Either gives the number of changed rows. */
  function announced(change: string, letter: string): string {
    return isAnnounced
      ? `WITH changed AS (${change} RETURNING sid, tableoid)
        SELECT pg_notify('${channelPrefix}' || tableoid, '${letter}' || sid) FROM changed`
      : change
  }

  return {
    create: (record: SessionRecord): Query => ({ text: insert, values: rowOf(record) }),
    read: (sid: string): Query => ({ text: read, values: [sid] }),
    list: (userId: string): Query => ({ text: list, values: [userId] }),

    update(sid: string, { fields = {}, set, unset, guard }: SessionPatch): Query {
      const values: unknown[] = [sid]
      const bind = (value: unknown) => `$${values.push(value)}`
      const assignments = ['rev = rev + 1']
      for (const [column, value] of changedColumns(fields)) assignments.push(`${column} = ${bind(value)}`)
      const isWritten = set !== undefined || unset !== undefined
      if (isWritten) {
        const kept = unset === undefined ? 'data' : `(data - ${bind(unset)}::text[])`
        assignments.push(
          `data = ${set === undefined ? kept : `${kept} || ${bind(JSON.stringify(set))}::jsonb`}`,
        )
      }
      const change = `UPDATE ${sessions} SET ${assignments.join(', ')} WHERE sid = $1${guarded(guard, bind)}`
      const isMoreThanTimes = isWritten || Object.keys(fields).some((field) => !times.has(field))
      return { text: isMoreThanTimes ? announced(change, letters.changed) : change, values }
    },

    delete(sid: string, guard: Guard | undefined): Query {
      const values: unknown[] = [sid]
      const bind = (value: unknown) => `$${values.push(value)}`
      const change = `DELETE FROM ${sessions} WHERE sid = $1${guarded(guard, bind)}`
      return { text: announced(change, letters.ended), values }
    },

    /** Its only row holds the number of removed rows. */
    deleteAll(): Query {
      const removed = `WITH removed AS (DELETE FROM ${sessions} RETURNING 1)
        SELECT count(*)::text${isAnnounced ? `, pg_notify($1 || $2::regclass::oid::text, '${letters.endedAll}')` : ''}
        FROM removed`
      return { text: removed, values: isAnnounced ? [channelPrefix, sessions] : [] }
    },

    /** Ordered, so that the index is used and those longest ended come first. */
    findEnded: (slot: number, now: number, limit: number): Query => ({
      text: `SELECT sid FROM ${sessions} WHERE expiry_slot <= $1 AND expires_at <= $2
        ORDER BY expiry_slot LIMIT $3`,
      values: [slot, now, limit],
    }),

    /** Rows that another transaction has locked are left alone; those used since are judged as they are now. */
    removeEnded: (sids: string[], now: number): Query => ({
      text: `DELETE FROM ${sessions} WHERE sid = ANY (ARRAY (
        SELECT sid FROM ${sessions} WHERE sid = ANY ($1) AND expires_at <= $2 FOR UPDATE SKIP LOCKED))`,
      values: [sids, now],
    }),

    channel: (): Query => ({
      text: 'SELECT $1 || $2::regclass::oid::text',
      values: [channelPrefix, sessions],
    }),
    ping: (about: string): Query => ({
      text: 'SELECT pg_notify($1 || $2::regclass::oid::text, $3)',
      values: [channelPrefix, sessions, letters.ping + about],
    }),
  }
}

const times: ReadonlySet<string> = new Set(['authenticatedAt', 'lastSeenAt', 'renewedAt', 'expiresAt'])

function guarded(guard: Guard = {}, bind: (value: unknown) => string): string {
  const { secretHash, rev } = guard
  return (
    (secretHash === undefined ? '' : ` AND secret_hash = ${bind(secretHash)}`) +
    (rev === undefined ? '' : ` AND rev = ${bind(rev)}`)
  )
}
