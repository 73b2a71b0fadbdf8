import { randomBytes } from 'node:crypto'
import { memoryStore } from 'latchkey'
import { storeLaws } from 'latchkey/testing'
import type { Parts } from './part.ts'

const own = `latchkey_runtime_${randomBytes(6).toString('hex')}`
const { REDIS_URL = '', POSTGRES_URL = '', MYSQL_URL = '' } = process.env

/** Every store, with the laws that its own tests play on it. */
export const stores: Parts = {
  memory: async () => ({ laws: storeLaws(() => memoryStore(), { announces: true }) }),

  sealed: async () => ({ laws: storeLaws(() => memoryStore(), { sealed: true }) }),

  async cached() {
    const { cached } = await import('latchkey/cached')
    return { laws: storeLaws(() => cached(memoryStore(), { maxStale: '1h' }), { announces: true }) }
  },

  async sqlite() {
    const { sqliteStore } = await import('latchkey/sqlite')
    return { laws: storeLaws(() => sqliteStore(`${randomBytes(6).toString('hex')}.sqlite`)) }
  },

  async 'redis, by redis'() {
    const { createClient } = await import('redis')
    const { redisStore } = await import('latchkey/redis')
    const client = createClient({ url: REDIS_URL })
    await client.connect()
    let n = 0
    return {
      laws: storeLaws(() => redisStore(client, { prefix: `${own}:${n++}:` }), { sweeps: false }),
      close: () => client.close(),
    }
  },

  async 'redis, by ioredis'() {
    const { Redis } = await import('ioredis')
    const { redisStore } = await import('latchkey/redis')
    const client = new Redis(REDIS_URL)
    let n = 0
    return {
      laws: storeLaws(() => redisStore(client, { prefix: `${own}:io:${n++}:` }), { sweeps: false }),
      close: () => client.quit(),
    }
  },

  async postgres() {
    const { Pool } = (await import('pg')).default
    const { migratePostgres, postgresStore } = await import('latchkey/postgres')
    const pool = new Pool({ connectionString: POSTGRES_URL })
    await migratePostgres(pool, { table: own })
    const empty = async () => {
      await pool.query(`DELETE FROM ${own}`)
      return postgresStore(pool, { table: own, announce: true })
    }
    return { laws: storeLaws(empty, { announces: true }), close: () => pool.end() }
  },

  async mysql() {
    const { createPool } = await import('mysql2/promise')
    const { migrateMysql, mysqlStore } = await import('latchkey/mysql')
    const pool = createPool(MYSQL_URL)
    await migrateMysql(pool, { table: own })
    const empty = async () => {
      await pool.query(`DELETE FROM ${own}`)
      return mysqlStore(pool, { table: own })
    }
    return { laws: storeLaws(empty), close: () => pool.end() }
  },
}
