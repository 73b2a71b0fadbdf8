import { randomBytes } from 'node:crypto'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { sharedMysql, sharedPostgres, sharedRedis } from '../../../../../servers/shared.ts'
import type { SessionStore } from '../../store.ts'
import { migrateMysql, mysqlStore } from '../../stores/mysql/mysql.ts'
import { migratePostgres, postgresStore } from '../../stores/postgres/postgres.ts'
import { freshPrefix, removeTestKeys, singleClients } from '../../stores/redis/clients/clients.test-helper.ts'
import { redisStore } from '../../stores/redis/redis.ts'

/** Where the lives of tokens are played: an empty store for each, on one connection. */
export interface Place {
  make(): Promise<SessionStore>
  close(): Promise<void>
}

/** Every store with a server. */
export const places: Readonly<Record<string, () => Promise<Place>>> = {
  redis,
  postgres,
  mariadb,
}

async function redis(): Promise<Place> {
  const connected = await singleClients['node-redis']?.(await sharedRedis())
  if (!connected) throw new Error('there is no client node-redis')
  const prefix = freshPrefix()
  return {
    make: async () => redisStore(connected.client, { prefix: `${prefix}${randomBytes(4).toString('hex')}:` }),
    async close() {
      await removeTestKeys(connected, `${prefix}*`)
      await connected.close()
    },
  }
}

async function postgres(): Promise<Place> {
  const pool = new pg.Pool({ connectionString: await sharedPostgres() })
  const table = `latchkey_tokens_${randomBytes(6).toString('hex')}`
  await migratePostgres(pool, { table })
  return {
    async make() {
      await pool.query(`DELETE FROM ${table}`)
      return postgresStore(pool, { table, announce: true })
    },
    async close() {
      await pool.query(`DROP TABLE ${table}, ${table}_schema`)
      await pool.end()
    },
  }
}

async function mariadb(): Promise<Place> {
  const pool = mysql.createPool(await sharedMysql())
  const table = `latchkey_tokens_${randomBytes(6).toString('hex')}`
  await migrateMysql(pool, { table })
  return {
    async make() {
      await pool.query(`DELETE FROM ${table}`)
      return mysqlStore(pool, { table })
    },
    async close() {
      await pool.query(`DROP TABLE ${table}, ${table}_schema`)
      await pool.end()
    },
  }
}
