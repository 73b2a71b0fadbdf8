import { SessionError } from '../../errors.ts'
import { refuseUnknown } from '../../known-options.ts'
import type { SessionRecord, SessionStore } from '../../store.ts'
import { expirySlot, textOf, toRecord } from '../sql/columns.ts'
import { type ErrorRules, runStatement } from '../sql/queries.ts'
import { sweepInBatches } from '../sql/sweeping.ts'
import { type SqlTableOptions, type SqlTables, sqlTables, tableOptions } from '../sql/tables.ts'
import { createVersionCheck, missingTable } from '../sql/version.ts'
import { changesOf, type MysqlClient, type MysqlStatement, requireMysqlClient, rowsOf } from './client.ts'
import { mostRemovals, updateInWhole } from './many-removals.ts'
import { mysqlDialect, mysqlVersion, mysqlVersionOf } from './schema.ts'
import { mysqlStatements, sweepBatch } from './statements.ts'

export type { Migration } from '../sql/migrations.ts'
export type { SqlTableOptions } from '../sql/tables.ts'
export type { MysqlClient } from './client.ts'
export { migrateMysql, mysqlMigrations } from './schema.ts'

export interface MysqlStoreOptions extends SqlTableOptions {}

/**
 * Records in one InnoDB table of MySQL 8 or MariaDB 10.6 or later, through your own `Pool` or `Connection` of
 * `mysql2/promise`. The table is made by `latchkey-migrate`. Operations reject with SessionError `schema_mismatch`
 * where it is missing or of another version. `close` leaves your client open.
 *
 * Other processes find out about a change when they read: MySQL has no announcements. A binary log with full row images
 * repeats the data of a session at each use; `binlog_row_image = NOBLOB` spares that.
 * @throws SessionError `config_invalid`
 */
export function mysqlStore(client: MysqlClient, options: MysqlStoreOptions = {}): SessionStore {
  requireMysqlClient(client)
  refuseUnknown('mysqlStore', options, tableOptions)
  const tables = sqlTables(mysqlDialect, options)
  const statements = mysqlStatements(tables)
  const rules = errorRules(tables)
  const run = (statement: MysqlStatement) => runStatement(() => client.execute(statement), rules)
  const checked = createVersionCheck(
    () => runStatement(() => mysqlVersionOf(client, tables), rules),
    mysqlVersion,
    { database: 'mysql', label: tables.label },
  )

  async function read(sid: string): Promise<SessionRecord | null> {
    const [row] = await rowsOf(run(statements.read(sid)))
    return row ? toRecord(sid, row[0], row[1]) : null
  }

  const replace = async (...change: Parameters<typeof statements.replace>) =>
    (await changesOf(run(statements.replace(...change)))) > 0

  /**
   * In two statements that each commit by themselves, so that no lock outlives a round trip: which rows are free is
   * asked first, since a DELETE would wait for one that is not. One locked in between makes this one wait for it.
   */
  async function removeEnded(sids: string[], now: number): Promise<number> {
    const free = await rowsOf(run(statements.findFree(sids, now)))
    if (free.length === 0) return 0
    const removed = statements.removeEnded(
      free.map(([sid]) => textOf(sid)),
      now,
    )
    return changesOf(run(removed))
  }

  return {
    create: (record) => checked(async () => void (await run(statements.create(record)))),
    read: (sid) => checked(() => read(sid)),
    update: (sid, patch) =>
      checked(async () => {
        if (patch.unset && patch.unset.length > mostRemovals)
          return updateInWhole(sid, patch, { read, replace })
        return (await changesOf(run(statements.update(sid, patch)))) > 0
      }),
    delete: (sid, guard) => checked(async () => (await changesOf(run(statements.delete(sid, guard)))) > 0),
    list: (userId) =>
      checked(async () => {
        const rows = await rowsOf(run(statements.list(userId)))
        return rows.map(([sid, row, data]) => toRecord(textOf(sid), row, data))
      }),
    deleteAll: () => checked(() => changesOf(run(statements.deleteAll()))),
    sweep: (now) =>
      checked(() =>
        sweepInBatches(
          {
            async find(limit) {
              const rows = await rowsOf(run(statements.findEnded(expirySlot(now), now, limit)))
              return rows.map(([sid]) => textOf(sid))
            },
            remove: (sids) => removeEnded(sids, now),
          },
          sweepBatch,
        ),
      ),
    async close() {},
  }
}

function errorRules({ label }: SqlTables): ErrorRules {
  return {
    lost: new Set(['ER_LOCK_DEADLOCK', 'ER_CHECKREAD']),
    telltale: ['sql', 'parameters'],
    translate(error) {
      if (error.code === 'ER_DUP_ENTRY' && error.message.includes('PRIMARY')) {
        return new SessionError('sid_taken', 'A session with this sid exists.')
      }
      return notAsMade.has(error.code) ? missingTable('mysql', label, error) : null
    },
  }
}

const notAsMade = new Set<unknown>(['ER_NO_SUCH_TABLE', 'ER_BAD_FIELD_ERROR', 'ER_BAD_DB_ERROR'])
