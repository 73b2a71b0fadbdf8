import type { Guard, MutableFields, SessionPatch, SessionRecord } from '../../store.ts'
import { type Column, changedColumns, insertColumns, readColumns, rowOf } from '../sql/columns.ts'
import type { SqlTables } from '../sql/tables.ts'
import { type MysqlStatement, statement } from './client.ts'

export const sweepBatch = 500

/** The statements of one store. Each operation is one statement, so it happens entirely or not at all. */
export function mysqlStatements({ sessions }: SqlTables) {
  // One column with most of them costs the server little and saves this process the reading of nine.
  const columns = readColumns.map((column) => (column === 'user_id' ? asText(column) : column))
  const row = `JSON_ARRAY(${columns.join(', ')}), data`
  const insert = `INSERT INTO ${sessions} (${insertColumns.join(', ')})
    VALUES (${insertColumns.map(() => '?').join(', ')})`
  const ended = `${sessions} FORCE INDEX (PRIMARY)
    WHERE sid IN (${'?, '.repeat(sweepBatch - 1)}?) AND expires_at <= ?`

  return {
    create: (record: SessionRecord) => statement(insert, rowOf(record)),
    read: (sid: string) => statement(`SELECT ${row} FROM ${sessions} WHERE sid = ?`, [sid]),
    list: (userId: string) =>
      statement(`SELECT ${asText('sid')}, ${row} FROM ${sessions} WHERE user_id = ?`, [userId]),

    update(sid: string, { fields = {}, set, unset = [], guard }: SessionPatch): MysqlStatement {
      const changed = changedColumns(fields)
      const patches = mergePatches(set, unset)
      const assignments = ['rev = rev + 1', ...changed.map(([column]) => `${column} = ?`)]
      if (patches.length > 0) assignments.push(`data = JSON_MERGE_PATCH(data${', ?'.repeat(patches.length)})`)
      const where = guarded(guard)
      return statement(`UPDATE ${sessions} SET ${assignments.join(', ')} WHERE sid = ?${where.sql}`, [
        ...changed.map(([, value]) => value),
        ...patches,
        sid,
        ...where.values,
      ])
    },

    /** The data as a whole, in place of what is there. */
    replace(
      sid: string,
      fields: Partial<MutableFields>,
      data: SessionRecord['data'],
      guard: Guard,
    ): MysqlStatement {
      const changed = changedColumns(fields)
      const assignments = ['rev = rev + 1', ...changed.map(([column]) => `${column} = ?`), 'data = ?']
      const where = guarded(guard)
      return statement(`UPDATE ${sessions} SET ${assignments.join(', ')} WHERE sid = ?${where.sql}`, [
        ...changed.map(([, value]) => value),
        JSON.stringify(data),
        sid,
        ...where.values,
      ])
    },

    delete(sid: string, guard: Guard | undefined): MysqlStatement {
      const where = guarded(guard)
      return statement(`DELETE FROM ${sessions} WHERE sid = ?${where.sql}`, [sid, ...where.values])
    },

    deleteAll: () => statement(`DELETE FROM ${sessions}`, []),

    /** Reads a snapshot, so that it waits for nobody. */
    findEnded: (slot: number, now: number, limit: number) =>
      statement(
        `SELECT ${asText('sid')} FROM ${sessions} WHERE expiry_slot <= ? AND expires_at <= ?
          ORDER BY expiry_slot LIMIT ${limit}`,
        [slot, now],
      ),

    /** Those of the rows that nobody else has locked, in the order in which they will be locked. */
    findFree: (sids: string[], now: number) =>
      statement(`SELECT ${asText('sid')} FROM ${ended} ORDER BY sid FOR UPDATE SKIP LOCKED`, [
        ...filled(sids),
        now,
      ]),

    removeEnded: (sids: string[], now: number) =>
      statement(`DELETE found FROM ${ended.replace(sessions, () => `${sessions} AS found`)}`, [
        ...filled(sids),
        now,
      ]),
  }
}

export type MysqlStatements = ReturnType<typeof mysqlStatements>

// Ids are kept as bytes, which are compared to the letter: text columns ignore spaces at the end, or case.
function asText(column: string): string {
  return `CONVERT(${column} USING utf8mb4)`
}

/**
 * JSON merge patches (RFC 7396), in which null removes a key. Each removal is one of its own: after a null, MariaDB
 * (seen in 10.11) can lose other members of the same patch. Their number is rounded up, so that few statements differ.
 */
function mergePatches(set: Readonly<Record<string, string>> | undefined, unset: readonly string[]): string[] {
  const removals = unset.map((key) => JSON.stringify(Object.fromEntries([[key, null]])))
  const count = removals.length === 0 ? 0 : 2 ** Math.ceil(Math.log2(removals.length))
  const fillers = Array.from({ length: count - removals.length }, () => '{}')
  return [...removals, ...fillers, ...(set ? [JSON.stringify(set)] : [])]
}

/** Always as many, so that it is one statement to prepare. */
function filled(sids: readonly string[]): string[] {
  return Array.from({ length: sweepBatch }, (_, index) => sids[index] ?? sids[0] ?? '')
}

function guarded({ secretHash, rev }: Guard = {}): { sql: string; values: Column[] } {
  const conditions: [string, Column][] = []
  if (secretHash !== undefined) conditions.push([' AND secret_hash = ?', secretHash])
  if (rev !== undefined) conditions.push([' AND rev = ?', rev])
  return { sql: conditions.map(([sql]) => sql).join(''), values: conditions.map(([, value]) => value) }
}
