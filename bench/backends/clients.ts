import { Redis } from 'ioredis'
import { createPool, type Pool as MysqlPool } from 'mysql2/promise'
import pg from 'pg'
import { createClient } from 'redis'
import { addressOf } from './addresses.ts'

/** Clients with the settings that their documentation starts with; one of each per process. */

export async function nodeRedis() {
  const client = createClient({ url: addressOf('redis') })
  client.on('error', fail)
  await client.connect()
  return client
}

export async function ioRedis(): Promise<Redis> {
  const client = new Redis(addressOf('redis'))
  client.on('error', fail)
  return client
}

/** Ten connections, the default. */
export function pgPool(): pg.Pool {
  const pool = new pg.Pool({ connectionString: addressOf('postgres') })
  pool.on('error', fail)
  return pool
}

/** Ten connections, the default. */
export function mysqlPool(): MysqlPool {
  return createPool(addressOf('mysql'))
}

// A server that goes away makes every figure wrong.
function fail(error: Error): void {
  console.error(`A server of the bench is gone: ${error.message}`)
  process.exit(1)
}
