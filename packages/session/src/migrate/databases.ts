import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type MysqlClient, migrateMysql, mysqlMigrations } from '../stores/mysql/mysql.ts'
import { migratePostgres, type PostgresListener, postgresMigrations } from '../stores/postgres/postgres.ts'
import type { SqlTableOptions } from '../stores/sql/tables.ts'
import type { Database } from './arguments.ts'
import type { Versions } from './versions.ts'

interface Kind {
  print(names: SqlTableOptions): string | Promise<string>
  migrate(url: string, names: SqlTableOptions): Promise<Versions>
}

/** The parts of the drivers that connect. */
interface PostgresDriver {
  readonly Client: new (options: object) => PostgresListener
}
interface MysqlDriver {
  createConnection(options: object): Promise<MysqlClient & { end(): Promise<void> }>
}

const patience = 10_000

export const kinds: Readonly<Record<Database, Kind>> = {
  postgres: {
    print: (names) => `BEGIN;\n${joined(postgresMigrations(names))}COMMIT;\n`,
    async migrate(url, names) {
      const { Client } = load<PostgresDriver>('pg')
      const client = new Client({ connectionString: url, connectionTimeoutMillis: patience })
      client.on('error', () => undefined)
      try {
        await client.connect()
        return await migratePostgres(client, names)
      } finally {
        await client.end().catch(() => undefined)
      }
    },
  },
  mysql: {
    print: (names) => joined(mysqlMigrations(names)),
    async migrate(url, names) {
      const { createConnection } = load<MysqlDriver>('mysql2/promise')
      const connection = await createConnection({ uri: url, connectTimeout: patience })
      try {
        return await migrateMysql(connection, names)
      } finally {
        await connection.end().catch(() => undefined)
      }
    },
  },
  sqlite: {
    // Loaded on demand: Node 22 warns of it as experimental.
    print: async () => (await import('./sqlite.ts')).printSqlite(),
    migrate: async (url) => (await import('./sqlite.ts')).migrateSqlite(url),
  },
}

function joined(migrations: readonly { readonly sql: string }[]): string {
  return migrations.map(({ sql }) => sql).join('')
}

/** The driver of the project that the command is run in: it is no dependency of ours. */
function load<T>(name: string): T {
  const require = createRequire(join(process.cwd(), 'package.json'))
  try {
    return require(name)
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'MODULE_NOT_FOUND') throw error
    const [installed] = name.split('/')
    throw new Error(`the package ${installed} is missing: run npm install ${installed} in your project`)
  }
}
