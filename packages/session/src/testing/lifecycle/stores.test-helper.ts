import { randomBytes } from 'node:crypto'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { sharedMysql, sharedPostgres, sharedRedis } from '../../../../../servers/shared.ts'
import { memoryStore } from '../../stores/memory/memory.ts'
import { migrateMysql, mysqlStore } from '../../stores/mysql/mysql.ts'
import { migratePostgres, postgresStore } from '../../stores/postgres/postgres.ts'
import { freshPrefix, removeTestKeys, singleClients } from '../../stores/redis/clients/clients.test-helper.ts'
import { redisStore } from '../../stores/redis/redis.ts'
import { sqliteStore } from '../../stores/sqlite/sqlite.ts'
import { createLane, type Lane } from './running/lane.ts'

/** A backend that lanes are made on; they share its server and connections, not its records. */
export interface Backend {
  lane(): Promise<Lane>
  close(): Promise<void>
}

/** Every store that the lifecycle is played on, by the name that says so. */
export const backends: Readonly<Record<string, () => Promise<Backend>>> = {
  memory: async () => local(() => createLane(memoryStore())),
  sqlite: async () => local(() => createLane(sqliteStore(':memory:'))),
  'near cache over memory': async () => local(() => createLane(memoryStore(), { isCached: true })),
  'redis by node-redis': () => redis('node-redis'),
  'redis by ioredis': () => redis('ioredis'),
  'near cache over redis': () => redis('node-redis', true),
  postgres: () => postgres(),
  'near cache over postgres': () => postgres(true),
  mariadb,
}

function local(make: () => Lane): Backend {
  return { lane: async () => make(), close: async () => undefined }
}

async function redis(client: string, isCached = false): Promise<Backend> {
  const connect = singleClients[client]
  if (!connect) throw new Error(`there is no client ${client}`)
  const connected = await connect(await sharedRedis())
  const prefixes: string[] = []
  return {
    async lane() {
      const prefix = freshPrefix()
      prefixes.push(prefix)
      return createLane(redisStore(connected.client, { prefix }), { isCached })
    },
    async close() {
      for (const prefix of prefixes) await removeTestKeys(connected, `${prefix}*`)
      await connected.close()
    },
  }
}

async function postgres(isCached = false): Promise<Backend> {
  const pool = new pg.Pool({ connectionString: await sharedPostgres() })
  const tables: string[] = []
  return {
    async lane() {
      const table = ownTable(tables)
      await migratePostgres(pool, { table })
      return createLane(postgresStore(pool, { table }), { isCached })
    },
    async close() {
      for (const table of tables) await pool.query(`DROP TABLE ${table}, ${table}_schema`)
      await pool.end()
    },
  }
}

async function mariadb(): Promise<Backend> {
  const pool = mysql.createPool(await sharedMysql())
  const tables: string[] = []
  return {
    async lane() {
      const table = ownTable(tables)
      await migrateMysql(pool, { table })
      return createLane(mysqlStore(pool, { table }))
    },
    async close() {
      for (const table of tables) await pool.query(`DROP TABLE ${table}, ${table}_schema`)
      await pool.end()
    },
  }
}

function ownTable(tables: string[]): string {
  const table = `latchkey_life_${randomBytes(6).toString('hex')}`
  tables.push(table)
  return table
}
