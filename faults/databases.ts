import { migrateMysql } from 'latchkey/mysql'
import { migratePostgres } from 'latchkey/postgres'
import { createPool } from 'mysql2/promise'
import { Pool } from 'pg'
import { type MariadbServer, startMariadb } from '../servers/mariadb.ts'
import { type PostgresServer, startPostgres } from '../servers/postgres.ts'
import { storeTimeout } from './families/redis-scene.ts'
import type { ApplicationSettings } from './settings.ts'

export type DatabaseServer = PostgresServer | MariadbServer

export interface Database {
  readonly kind: 'postgres' | 'mysql'
  readonly server: DatabaseServer
  readonly settings: ApplicationSettings
}

// They take seconds to start, so one of each serves all faults of a process, one after the other.
const started = new Map<Database['kind'], Promise<DatabaseServer>>()

/**
 * A server with the schema. The one who has it does what it likes to it; when it gives it back without having
 * answered, it is thrown away.
 */
export async function leaseDatabase(kind: Database['kind'], stack: AsyncDisposableStack): Promise<Database> {
  const running = started.get(kind) ?? start(kind)
  started.set(kind, running)
  const server = await running
  stack.defer(async () => {
    if (
      await migrate[kind](server.url).then(
        () => true,
        () => false,
      )
    )
      return
    await stopDatabase(kind)
  })
  const store = { kind, url: server.url, client: 'recommended' } as const
  return { kind, server, settings: { store, storeTimeout } }
}

/** Ends what was started. */
export async function stopDatabases(): Promise<void> {
  await Promise.all([...started.keys()].map(stopDatabase))
}

async function stopDatabase(kind: Database['kind']): Promise<void> {
  const server = started.get(kind)
  started.delete(kind)
  await (await server)?.stop()
}

async function start(kind: Database['kind']): Promise<DatabaseServer> {
  const server =
    kind === 'postgres' ? await startPostgres() : await startMariadb({ settings: mariadbSettings })
  await migrate[kind](server.url)
  return server
}

// A tablespace that can fill up: for all tables, and not beyond a size. What undoes a write has room of its own.
const mariadbSettings = {
  'innodb-undo-tablespaces': '2',
  'innodb-file-per-table': 'OFF',
  'innodb-data-file-path': 'ibdata1:12M:autoextend:max:20M',
}

/** Lets MariaDB's tablespace grow further from its next start on. */
export function giveMariadbRoom(): void {
  mariadbSettings['innodb-data-file-path'] = 'ibdata1:12M:autoextend'
}

const migrate = {
  async postgres(url: string): Promise<void> {
    const pool = new Pool({ connectionString: url, connectionTimeoutMillis: 2000, max: 1 })
    try {
      await migratePostgres(pool)
    } finally {
      await pool.end()
    }
  },
  async mysql(url: string): Promise<void> {
    const pool = createPool({ uri: url, connectTimeout: 2000, connectionLimit: 1 })
    try {
      await migrateMysql(pool)
    } finally {
      await pool.end()
    }
  },
}
