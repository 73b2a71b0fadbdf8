import { SessionError } from '../../errors.ts'
import { refuseUnknown } from '../../known-options.ts'
import { slotMilliseconds, textOf } from '../sql/columns.ts'
import type { Migration } from '../sql/migrations.ts'
import { missingMigrations } from '../sql/migrations.ts'
import { type Dialect, type SqlTableOptions, type SqlTables, sqlTables, tableOptions } from '../sql/tables.ts'
import { onOneConnection, type PostgresClient, requirePostgresClient, statement } from './client.ts'

export const postgresDialect: Dialect = {
  quote: '"',
  // NAMEDATALEN - 1. The server would cut longer ones without an error.
  maxLength: 63,
  measure: (name) => Buffer.byteLength(name),
  unit: 'bytes',
  longestSuffix: '_by_expiry',
}

/** The statements of each version, in order. A version is never changed once it was published. */
function migrationsOf(tables: SqlTables): string[][] {
  const { sessions, version, beside } = tables
  return [
    [
      `CREATE TABLE ${sessions} (
  sid text COLLATE "C" PRIMARY KEY,
  user_id text COLLATE "C",
  secret_hash text NOT NULL,
  previous text,
  policy text NOT NULL,
  created_at double precision NOT NULL,
  authenticated_at double precision,
  last_seen_at double precision NOT NULL,
  renewed_at double precision NOT NULL,
  expires_at double precision NOT NULL,
  -- expires_at / ${slotMilliseconds}, rounded down: indexed in its place, so that most updates change no index.
  expiry_slot integer NOT NULL,
  rev integer NOT NULL,
  data jsonb NOT NULL
) WITH (fillfactor = 85)`,
      `CREATE INDEX ${beside('_by_user')} ON ${sessions} (user_id) WHERE user_id IS NOT NULL`,
      `CREATE INDEX ${beside('_by_expiry')} ON ${sessions} (expiry_slot)`,
      `CREATE TABLE ${version} (version integer PRIMARY KEY)`,
      `INSERT INTO ${version} (version) VALUES (1)`,
    ],
  ]
}

export const postgresVersion = 1

/**
 * The SQL that makes the table, version by version, to run with a tool of your own: each in one transaction, in order.
 * @throws SessionError `config_invalid` for a name that PostgreSQL could not have
 */
export function postgresMigrations(options: SqlTableOptions = {}): Migration[] {
  refuseUnknown('postgresMigrations', options, tableOptions)
  return migrationsOf(sqlTables(postgresDialect, options)).map((statements, index) => ({
    version: index + 1,
    sql: `${statements.join(';\n')};\n`,
  }))
}

// Any number will do, as long as every process takes the same one.
const lockKey = '7809640981325316729'

/**
 * Creates the table or brings it up to date, in one transaction; several processes may do so at once. The client must
 * not be in a transaction already.
 * @returns the versions before (0: there was no table) and after
 * @throws SessionError `schema_mismatch` if a newer Latchkey has been here, `config_invalid`
 */
export async function migratePostgres(
  client: PostgresClient,
  options: SqlTableOptions = {},
): Promise<{ from: number; to: number }> {
  requirePostgresClient(client)
  refuseUnknown('migratePostgres', options, tableOptions)
  const tables = sqlTables(postgresDialect, options)
  return onOneConnection(client, async (connection) => {
    // So that what others committed while we waited for the lock is seen, whatever the default is.
    await connection.query(statement('BEGIN ISOLATION LEVEL READ COMMITTED'))
    try {
      await connection.query(statement('SELECT pg_advisory_xact_lock($1)', [lockKey]))
      const from = await postgresVersionOf(connection, tables)
      const missing = missingMigrations(migrationsOf(tables), from, tables.label)
      for (const sql of missing.flat()) await connection.query(statement(sql))
      await connection.query(statement('COMMIT'))
      return { from, to: from + missing.length }
    } catch (error) {
      await connection.query(statement('ROLLBACK')).catch(() => undefined)
      throw error instanceof SessionError ? error : withHint(error, tables)
    }
  })
}

const whereVersionIs = `SELECT to_regclass($1)::text, current_setting('server_encoding'), current_setting('client_encoding')`

/**
 * 0 when there is no table.
 * @throws SessionError `config_invalid` for a database, or a connection, that cannot carry all text
 */
export async function postgresVersionOf(client: PostgresClient, tables: SqlTables): Promise<number> {
  const found = await client.query(statement(whereVersionIs, [tables.version]))
  const [table, database, connection] = found.rows[0] ?? []
  refuseEncodings(textOf(database), textOf(connection))
  if (table == null) return 0
  const { rows } = await client.query(statement(`SELECT max(version)::text FROM ${tables.version}`))
  return Number(textOf(rows[0]?.[0] ?? '0'))
}

// SQL_ASCII is no encoding: bytes go through as they are.
const carryAllText = new Set(['UTF8', 'SQL_ASCII'])

function refuseEncodings(database: string, connection: string): void {
  if (!carryAllText.has(database))
    throw new SessionError(
      'config_invalid',
      `The database is encoded in ${database}, which cannot keep all text. Make one that can: CREATE DATABASE sessions ENCODING 'UTF8' TEMPLATE template0.`,
    )
  if (carryAllText.has(connection)) return
  throw new SessionError(
    'config_invalid',
    `The connection speaks ${connection}, which cannot carry all text. Set client_encoding (PGCLIENTENCODING) to UTF8.`,
  )
}

function withHint(error: unknown, { sessions, version }: SqlTables): unknown {
  // 42P07: duplicate_table.
  if (!(error instanceof Error) || !('code' in error) || error.code !== '42P07') return error
  return new SessionError(
    'schema_mismatch',
    `${error.message}, but ${version} does not say that Latchkey made ${sessions}. Give --table another name.`,
    { cause: error },
  )
}
