import { setImmediate } from 'node:timers/promises'
import { SessionError } from '../../errors.ts'
import { refuseUnknown } from '../../known-options.ts'
import type { Guard, MutableFields, SessionRecord, SessionStore } from '../../store.ts'
import { withData } from '../data/lazy-data.ts'
import { openConnection } from './connection.ts'
import { createLine } from './line.ts'

export interface SqliteStoreOptions {
  /**
   * The database file; created when missing, for this user alone (mode 0600). It may be shared by several processes and
   * with other tables.
   */
  readonly path: string
  /**
   * 'normal' survives a crash of the process; after a power loss the last writes may be missing, a logout among
   * them. 'full' waits for the disk at each write. Default 'normal'. (SQLite's PRAGMA synchronous in WAL mode.)
   */
  readonly synchronous?: 'normal' | 'full' | undefined
  /**
   * Milliseconds that an operation waits for another process that has locked the file; other requests go on meanwhile.
   * Only opening keeps the whole process waiting. Default 1000.
   */
  readonly busyTimeout?: number | undefined
}

const knownOptions = { path: true, synchronous: true, busyTimeout: true } as const
const sweepBatch = 500

type Column = null | number | string

/**
 * Records in one SQLite file, through Node's own `node:sqlite`: for one machine, any number of processes.
 * @throws SessionError `schema_mismatch` if a newer Latchkey has written the file, `config_invalid`,
 *   `store_unavailable` if it stays locked
 */
export function sqliteStore(options: SqliteStoreOptions | string): SessionStore {
  const given = typeof options === 'object' ? options : { path: options }
  refuseUnknown('sqliteStore', given, knownOptions)
  const { path, synchronous = 'normal', busyTimeout = 1000 } = given
  refuseInvalid(busyTimeout)
  const connection = openConnection({ path, synchronous, patience: busyTimeout })
  // In WAL mode readers wait for nobody but who locks the whole file, so they do not stand behind writers.
  const [reading, writing] = [createLine(busyTimeout), createLine(busyTimeout)]

  async function changes(sql: string, ...values: Column[]): Promise<number> {
    return Number(await writing(() => connection.prepared(sql).run(...values).changes))
  }

  return {
    async create(record) {
      const values = [record.sid, ...fieldColumns.map(([field]) => toColumn(record, field))]
      const inserted = await changes(
        insertSql,
        ...values,
        Math.floor(record.createdAt),
        record.rev,
        JSON.stringify(record.data),
      )
      if (inserted === 0) {
        throw new SessionError('sid_taken', 'A session with this sid exists.')
      }
    },
    read(sid) {
      return reading(() => {
        const row = connection.prepared(readSql).get(sid)
        return row ? toRecord(row as unknown as Row) : null
      })
    },
    async update(sid, { fields = {}, set, unset, guard }) {
      const assignments = ['rev = rev + 1']
      const values: Column[] = []
      for (const [field, column] of fieldColumns) {
        if (fields[field] === undefined) continue
        assignments.push(`${column} = ?`)
        values.push(toColumn(fields, field))
      }
      if (set || unset) {
        assignments.push('data = json_patch(data, ?)')
        values.push(mergePatch(set, unset))
      }
      const where = guarded(guard)
      const sql = `UPDATE latchkey_sessions SET ${assignments.join(', ')} WHERE sid = ?${where.sql}`
      return (await changes(sql, ...values, sid, ...where.values)) > 0
    },
    async delete(sid, guard) {
      const where = guarded(guard)
      const sql = `DELETE FROM latchkey_sessions WHERE sid = ?${where.sql}`
      return (await changes(sql, sid, ...where.values)) > 0
    },
    async list(userId) {
      return reading(() => (connection.prepared(listSql).all(userId) as unknown as Row[]).map(toRecord))
    },
    async deleteAll() {
      return changes('DELETE FROM latchkey_sessions')
    },
    async sweep(now) {
      let removed = 0
      for (;;) {
        const batch = await changes(sweepSql, now)
        removed += batch
        if (batch < sweepBatch) return removed
        // Others get their turn between batches: requests in this process, writers in the others.
        await setImmediate()
      }
    },
    async close() {
      connection.close()
    },
  }
}

const fieldColumns: readonly (readonly [keyof MutableFields, string])[] = [
  ['userId', 'user_id'],
  ['secretHash', 'secret_hash'],
  ['previous', 'previous'],
  ['policy', 'policy'],
  ['authenticatedAt', 'authenticated_at'],
  ['lastSeenAt', 'last_seen_at'],
  ['renewedAt', 'renewed_at'],
  ['expiresAt', 'expires_at'],
]

const allColumns = ['sid', ...fieldColumns.map(([, column]) => column), 'created_at', 'rev', 'data']
/** A row, in the order of `allColumns`. */
type Row = readonly [
  sid: string,
  userId: string | null,
  secretHash: string,
  previous: string | null,
  policy: string,
  authenticatedAt: number | null,
  lastSeenAt: number,
  renewedAt: number,
  expiresAt: number,
  createdAt: number,
  rev: number,
  data: string,
]

const insertSql = `INSERT INTO latchkey_sessions (${allColumns.join(', ')})
  VALUES (${allColumns.map(() => '?').join(', ')}) ON CONFLICT (sid) DO NOTHING`
const readSql = `SELECT ${allColumns.join(', ')} FROM latchkey_sessions WHERE sid = ?`
const listSql = `SELECT ${allColumns.join(', ')} FROM latchkey_sessions WHERE user_id = ?`
const sweepSql = `DELETE FROM latchkey_sessions WHERE sid IN
  (SELECT sid FROM latchkey_sessions WHERE expires_at <= ? LIMIT ${sweepBatch})`

function refuseInvalid(busyTimeout: number): void {
  if (Number.isFinite(busyTimeout) && busyTimeout >= 0) return
  throw new SessionError(
    'config_invalid',
    `busyTimeout: ${busyTimeout} is not a number of milliseconds. Write 1000.`,
  )
}

function toColumn(fields: Partial<MutableFields>, field: keyof MutableFields): Column {
  const value = fields[field] ?? null
  // The columns hold whole milliseconds. Rounded down: a session may end a fraction of one early, never late.
  if (typeof value === 'number') return Math.floor(value)
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value
}

function toRecord(row: Row): SessionRecord {
  const fields = {
    sid: row[0],
    userId: row[1],
    secretHash: row[2],
    previous: row[3] === null ? null : JSON.parse(row[3]),
    policy: row[4],
    authenticatedAt: row[5],
    lastSeenAt: row[6],
    renewedAt: row[7],
    expiresAt: row[8],
    createdAt: row[9],
    rev: row[10],
  }
  return withData(fields, row[11])
}

/** A JSON merge patch (RFC 7396): null removes a key. Values are text, so nothing nested is ever merged. */
function mergePatch(set: Readonly<Record<string, string>> = {}, unset: readonly string[] = []): string {
  const removals = unset.map((key) => [key, null] as const)
  return JSON.stringify(Object.fromEntries([...removals, ...Object.entries(set)]))
}

function guarded(guard: Guard = {}): { sql: string; values: Column[] } {
  const conditions: [string, Column][] = []
  if (guard.secretHash !== undefined) conditions.push([' AND secret_hash = ?', guard.secretHash])
  if (guard.rev !== undefined) conditions.push([' AND rev = ?', guard.rev])
  return { sql: conditions.map(([sql]) => sql).join(''), values: conditions.map(([, value]) => value) }
}
