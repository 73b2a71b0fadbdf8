import { memoryStore, type SessionStore } from 'latchkey'
import { cached } from 'latchkey/cached'
import { ioRedis, mysqlPool, nodeRedis, pgPool } from './clients.ts'
import { mapOfJson, mapOfObjects } from './forms.ts'
import { sqliteFile } from './sqlite-file.ts'

// Modules are loaded as they are needed: a process pays only for the store that it measures.
const stores = {
  /** Only room for as many sessions as the measurements want. */
  memory: async () => memoryStore({ maxSessions: 20_000_000, maxBytes: Number.POSITIVE_INFINITY }),
  'memory-json': async () => mapOfJson(),
  'memory-objects': async () => mapOfObjects(),
  sqlite: async () => (await import('latchkey/sqlite')).sqliteStore(sqliteFile()),
  redis: openRedis,
  ioredis: openIoRedis,
  postgres: () => openPostgres({}),
  'postgres-announcing': () => openPostgres({ announce: true }),
  mysql: openMysql,
  'cached-redis': async () => nearCache(await openRedis()),
  'cached-ioredis': async () => nearCache(await openIoRedis()),
  'cached-postgres': async () => nearCache(await openPostgres({ announce: true })),
} as const satisfies Record<string, () => Promise<SessionStore>>

export type StoreName = keyof typeof stores

export const storeNames = Object.keys(stores) as readonly StoreName[]

/** Latchkey's store of that name in this process, with its defaults, or what the memory store is compared with. */
export function openStore(name: StoreName): Promise<SessionStore> {
  return stores[name]()
}

function nearCache(store: SessionStore): SessionStore {
  return cached(store, { maxStale: '5s' })
}

async function openRedis(): Promise<SessionStore> {
  const { redisStore } = await import('latchkey/redis')
  return redisStore(await nodeRedis())
}

async function openIoRedis(): Promise<SessionStore> {
  const { redisStore } = await import('latchkey/redis')
  return redisStore(await ioRedis())
}

async function openPostgres(options: { announce?: boolean }): Promise<SessionStore> {
  const { migratePostgres, postgresStore } = await import('latchkey/postgres')
  const pool = await pgPool()
  await migratePostgres(pool)
  return postgresStore(pool, options)
}

async function openMysql(): Promise<SessionStore> {
  const { migrateMysql, mysqlStore } = await import('latchkey/mysql')
  const pool = await mysqlPool()
  await migrateMysql(pool)
  return mysqlStore(pool)
}
