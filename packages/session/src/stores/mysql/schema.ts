import { SessionError } from '../../errors.ts'
import { refuseUnknown } from '../../known-options.ts'
import { maxUserIdBytes, slotMilliseconds, textOf } from '../sql/columns.ts'
import { type Migration, missingMigrations } from '../sql/migrations.ts'
import { type Dialect, type SqlTableOptions, type SqlTables, sqlTables, tableOptions } from '../sql/tables.ts'
import { type MysqlClient, onOneConnection, requireMysqlClient, rowsOf, statement } from './client.ts'

export const mysqlDialect: Dialect = {
  quote: '`',
  maxLength: 64,
  measure: (name) => name.length,
  unit: 'characters',
  longestSuffix: '_schema',
  refused: [/[^\u0001-\uffff]| $/u, 'a name holds no characters beyond U+FFFF and no space at its end'],
}

/**
 * The statements of each version, in order; each can be run again, as changes of tables are not undone here when a
 * later one fails. A version is never changed once it was published.
 *
 * `data` is LONGTEXT for both: what MariaDB calls JSON is that, and the JSON type of MySQL brings nothing for a merge.
 * Ids are bytes because the collations that compare text to the letter are not the same ones in both.
 */
function migrationsOf({ sessions, version }: SqlTables): string[][] {
  const table = 'ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin'
  return [
    [
      `CREATE TABLE IF NOT EXISTS ${sessions} (
  sid VARBINARY(64) NOT NULL PRIMARY KEY,
  user_id VARBINARY(${maxUserIdBytes}),
  secret_hash VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  previous TEXT,
  policy TEXT NOT NULL,
  created_at DOUBLE NOT NULL,
  authenticated_at DOUBLE,
  last_seen_at DOUBLE NOT NULL,
  renewed_at DOUBLE NOT NULL,
  expires_at DOUBLE NOT NULL,
  expiry_slot INT NOT NULL COMMENT 'expires_at / ${slotMilliseconds}, rounded down',
  rev INT UNSIGNED NOT NULL,
  data LONGTEXT NOT NULL,
  KEY by_user (user_id(255)),
  KEY by_expiry (expiry_slot)
) ${table}`,
      `CREATE TABLE IF NOT EXISTS ${version} (version INT NOT NULL PRIMARY KEY) ${table}`,
      `INSERT IGNORE INTO ${version} (version) VALUES (1)`,
    ],
  ]
}

export const mysqlVersion = 1

/**
 * The SQL that makes the table, version by version, to run with a tool of your own, in order.
 * @throws SessionError `config_invalid` for a name that MySQL could not have
 */
export function mysqlMigrations(options: SqlTableOptions = {}): Migration[] {
  refuseUnknown('mysqlMigrations', options, tableOptions)
  return migrationsOf(sqlTables(mysqlDialect, options)).map((statements, index) => ({
    version: index + 1,
    sql: `${statements.join(';\n')};\n`,
  }))
}

const lockName = 'latchkey-migrate'
const lockSeconds = 60

/**
 * Creates the table or brings it up to date; several processes may do so at once. One that was interrupted is gone on
 * with by the next.
 * @returns the versions before (0: there was no table) and after
 * @throws SessionError `schema_mismatch` if a newer Latchkey has been here, `config_invalid`
 */
export async function migrateMysql(
  client: MysqlClient,
  options: SqlTableOptions = {},
): Promise<{ from: number; to: number }> {
  requireMysqlClient(client)
  refuseUnknown('migrateMysql', options, tableOptions)
  const tables = sqlTables(mysqlDialect, options)
  // The lock belongs to a connection.
  return onOneConnection(client, async (connection) => {
    const [locked] = await rows(connection, `SELECT GET_LOCK('${lockName}', ${lockSeconds})`)
    if (Number(locked?.[0]) !== 1)
      throw new Error(`Another migration has held its lock for ${lockSeconds} s.`)
    try {
      const from = await mysqlVersionOf(connection, tables)
      const missing = missingMigrations(migrationsOf(tables), from, tables.label)
      for (const sql of missing.flat()) await connection.query(statement(sql))
      return { from, to: from + missing.length }
    } finally {
      await rows(connection, `SELECT RELEASE_LOCK('${lockName}')`).catch(() => undefined)
    }
  })
}

/**
 * 0 when there is no table.
 * @throws SessionError `config_invalid` for a connection that cannot carry all text
 */
export async function mysqlVersionOf(client: MysqlClient, { version }: SqlTables): Promise<number> {
  try {
    const [found] = await rows(client, `SELECT MAX(version), @@character_set_client FROM ${version}`)
    refuseCharset(textOf(found?.[1]))
    return Number(found?.[0] ?? 0)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ER_NO_SUCH_TABLE') return 0
    throw error
  }
}

function refuseCharset(charset: string): void {
  if (charset === 'utf8mb4') return
  throw new SessionError(
    'config_invalid',
    `The connection speaks ${charset}, which cannot carry all text. Leave charset out of its options, or write 'utf8mb4'.`,
  )
}

function rows(client: MysqlClient, sql: string): Promise<unknown[][]> {
  return rowsOf(client.query(statement(sql)))
}
