import type { Redis } from 'ioredis'
import type { Pool as MysqlPool } from 'mysql2/promise'
import type { Pool as PgPool } from 'pg'
import { addressOf } from './addresses.ts'

/**
 * Clients with the settings that their documentation starts with; one of each per process. Each library is loaded as it is
 * needed: a process pays only for its own.
 */

export async function nodeRedis() {
  const { createClient } = await import('redis')
  const client = createClient({ url: addressOf('redis') })
  client.on('error', fail)
  await client.connect()
  return client
}

export async function ioRedis(): Promise<Redis> {
  const { Redis } = await import('ioredis')
  const client = new Redis(addressOf('redis'))
  client.on('error', fail)
  return client
}

/** Ten connections, the default. */
export async function pgPool(): Promise<PgPool> {
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({ connectionString: addressOf('postgres') })
  pool.on('error', fail)
  return pool
}

/** Ten connections, the default. */
export async function mysqlPool(): Promise<MysqlPool> {
  const { createPool } = await import('mysql2/promise')
  return createPool(addressOf('mysql'))
}

// A server that goes away makes every figure wrong.
function fail(error: Error): void {
  console.error(`A server of the bench is gone: ${error.message}`)
  process.exit(1)
}
