import { createHash } from 'node:crypto'
import { SessionError } from '../../errors.ts'
import { refuseUnknown } from '../../known-options.ts'
import type { SessionStore } from '../../store.ts'
import { expirySlot, textOf, toRecord } from '../sql/columns.ts'
import { type ErrorRules, runStatement } from '../sql/queries.ts'
import { sweepInBatches } from '../sql/sweeping.ts'
import { type SqlTableOptions, type SqlTables, sqlTables, tableOptions } from '../sql/tables.ts'
import { createVersionCheck, missingTable } from '../sql/version.ts'
import {
  asPool,
  listenerLike,
  oneAtATime,
  type PostgresClient,
  type PostgresListener,
  type PostgresResult,
  requirePostgresClient,
  statement,
  survivePoolErrors,
} from './client.ts'
import { createListening, type Listening } from './listener.ts'
import { postgresDialect, postgresVersion, postgresVersionOf } from './schema.ts'
import { postgresStatements, type Query } from './statements.ts'

export type { Migration } from '../sql/migrations.ts'
export type { SqlTableOptions } from '../sql/tables.ts'
export type { PostgresClient, PostgresListener } from './client.ts'
export { migratePostgres, postgresMigrations } from './schema.ts'

export interface PostgresStoreOptions extends SqlTableOptions {
  /**
   * False sends every statement whole, for a pooler in transaction mode that keeps no prepared statements (PgBouncer
   * before 1.24, and with `max_prepared_statements` 0). Costs the server more at every read. Default true: until a
   * connection has lost one, which is sent again whole, as all others are from then on.
   */
  readonly prepare?: boolean | undefined
  /**
   * True tells every process when a session ends or changes (LISTEN and NOTIFY), which the near cache and open streams
   * in several processes make use of. PostgreSQL commits transactions that announce one after the other: logins,
   * logouts and writes of data of the whole database then share what one connection could commit; reads and uses stay
   * as fast. All processes must agree. Default false.
   */
  readonly announce?: boolean | undefined
  /**
   * Makes the client that hears announcements: not connected yet, straight to the server (a pooler in transaction mode
   * passes none on). Default: a client with the pool's own options; for a single Client there is none.
   */
  readonly listen?: (() => PostgresListener) | undefined
}

const knownOptions = { ...tableOptions, prepare: true, announce: true, listen: true } as const
const sweepBatch = 1000

/**
 * Records in one table of PostgreSQL 12 or later, through your own `Pool` or connected `Client` of `pg`. The table is
 * made by `latchkey-migrate`. Operations reject with SessionError `schema_mismatch` where it is missing or of another
 * version. `close` leaves your client open.
 * @throws SessionError `config_invalid`
 */
export function postgresStore(client: PostgresClient, options: PostgresStoreOptions = {}): SessionStore {
  requirePostgresClient(client)
  refuseUnknown('postgresStore', options, knownOptions)
  const { prepare = true, announce = false } = options
  const tables = sqlTables(postgresDialect, options)
  const statements = postgresStatements(tables, announce)
  const pool = asPool(client)
  if (pool) survivePoolErrors(pool)
  const sender = pool ?? oneAtATime(client)
  const rules = errorRules(tables)
  const run = ({ text, values }: Query, name?: string): Promise<PostgresResult> =>
    runStatement(() => sender.query(statement(text, values, name)), rules)
  const nameOf = createNames()
  let prepares = prepare
  const runPrepared = (query: Query): Promise<PostgresResult> =>
    prepares ? run(query, nameOf(query.text)).catch((error) => runUnprepared(query, error)) : run(query)

  /** A statement that its connection did not know, or knew already, has done nothing: there is a pooler between. */
  function runUnprepared(query: Query, error: unknown): Promise<PostgresResult> {
    if (!isLostStatement(error)) throw error
    prepares = false
    return run(query)
  }

  const checked = createVersionCheck(
    () => runStatement(() => postgresVersionOf(sender, tables), rules),
    postgresVersion,
    { database: 'postgres', label: tables.label },
  )
  const connect = options.listen ?? (pool && (() => listenerLike(pool)))
  const listening: Listening | null =
    announce && connect
      ? createListening({
          connect,
          channel: statements.channel(),
          ping: (about) => run(statements.ping(about)),
        })
      : null

  return {
    create: (record) =>
      checked(async () => {
        const { rowCount } = await runPrepared(statements.create(record))
        if (rowCount === 0) throw new SessionError('sid_taken', 'A session with this sid exists.')
      }),
    read: (sid) =>
      checked(async () => {
        const [row] = (await runPrepared(statements.read(sid))).rows
        return row ? toRecord(sid, row[0], row[1]) : null
      }),
    update: (sid, patch) =>
      checked(async () => ((await runPrepared(statements.update(sid, patch))).rowCount ?? 0) > 0),
    delete: (sid, guard) =>
      checked(async () => ((await runPrepared(statements.delete(sid, guard))).rowCount ?? 0) > 0),
    list: (userId) =>
      checked(async () => {
        const { rows } = await runPrepared(statements.list(userId))
        return rows.map(([sid, row, data]) => toRecord(textOf(sid), row, data))
      }),
    deleteAll: () => checked(async () => Number(textOf((await run(statements.deleteAll())).rows[0]?.[0]))),
    sweep: (now) =>
      checked(() =>
        sweepInBatches(
          {
            async find(limit) {
              const { rows } = await run(statements.findEnded(expirySlot(now), now, limit))
              return rows.map(([sid]) => textOf(sid))
            },
            remove: async (sids) => (await run(statements.removeEnded(sids, now))).rowCount ?? 0,
          },
          sweepBatch,
        ),
      ),
    ...(listening && { subscribe: listening.subscribe }),
    async close() {
      await listening?.close()
    },
  }
}

/**
 * Names of prepared statements. They belong to a connection, which several stores may use, so that a name must say
 * exactly which statement it is.
 */
function createNames(): (text: string) => string {
  const names = new Map<string, string>()
  return (text) => {
    const known = names.get(text)
    if (known !== undefined) return known
    const name = `latchkey_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`
    names.set(text, name)
    return name
  }
}

/** SQLSTATE, appendix A of PostgreSQL's manual. */
const serializationFailure = '40001'
const deadlockDetected = '40P01'
// undefined_table, undefined_column, invalid_schema_name
const notAsMade = new Set<unknown>(['42P01', '42703', '3F000'])
// invalid_sql_statement_name, duplicate_prepared_statement
const lostStatement = new Set<unknown>(['26000', '42P05'])

function errorRules({ label }: SqlTables): ErrorRules {
  return {
    lost: new Set([serializationFailure, deadlockDetected]),
    telltale: ['detail', 'where', 'internalQuery'],
    translate(error) {
      return notAsMade.has(error.code) ? missingTable('postgres', label, error) : null
    },
  }
}

function isLostStatement(error: unknown): boolean {
  return error instanceof Error && 'code' in error && lostStatement.has(error.code)
}
