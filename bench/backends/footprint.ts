import { statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createConnection } from 'mysql2/promise'
import pg from 'pg'
import { createClient } from 'redis'
import type { Environment } from '../speed/child.ts'
import { addressVariables } from './addresses.ts'

/** Bytes that a backend holds, indexes and index by user included. */
export const footprints = {
  /** used_memory: what Redis has allocated for data and itself, without the allocator's fragmentation. */
  async redis(environment: Environment): Promise<number> {
    const client = await createClient({ url: urlOf(environment, 'redis') }).connect()
    const [, bytes] = /used_memory:(\d+)/.exec(await client.info('memory')) ?? []
    await client.close()
    return Number(bytes)
  },

  async postgres(environment: Environment): Promise<number> {
    const client = new pg.Client(urlOf(environment, 'postgres'))
    await client.connect()
    const { rows } = await client.query(
      "SELECT sum(pg_total_relation_size(oid))::text AS bytes FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
    )
    await client.end()
    return Number(rows[0]?.bytes)
  },

  async mysql(environment: Environment): Promise<number> {
    const connection = await createConnection(urlOf(environment, 'mysql'))
    const [tables] = await connection.query('SHOW TABLES')
    const names = Array.isArray(tables) ? tables.flatMap((row) => Object.values(row)) : []
    // The sizes in information_schema are those of the last ANALYZE.
    for (const name of names) await connection.query(`ANALYZE TABLE \`${name}\``)
    const [rows] = await connection.query(
      'SELECT SUM(data_length + index_length) AS bytes FROM information_schema.tables WHERE table_schema = DATABASE()',
    )
    await connection.end()
    const row = Array.isArray(rows) ? rows[0] : undefined
    return row && 'bytes' in row ? Number(row.bytes) : 0
  },

  /** The file, once everything is in it. */
  async sqlite(environment: Environment): Promise<number> {
    const path = join(urlOf(environment, 'folder'), 'sessions.sqlite')
    const database = new DatabaseSync(path)
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    database.close()
    return statSync(path).size
  },
} as const

function urlOf(environment: Environment, server: keyof typeof addressVariables): string {
  return environment[addressVariables[server]] ?? ''
}
