import type { SessionStore } from 'latchkey'
import { cached } from 'latchkey/cached'
import { mysqlStore } from 'latchkey/mysql'
import { type migratePostgres, postgresStore } from 'latchkey/postgres'
import { type RedisClient, redisStore } from 'latchkey/redis'
import { sqliteStore } from 'latchkey/sqlite'
import { same } from './same.ts'

export function stores(
  redis: RedisClient,
  pool: Parameters<typeof postgresStore>[0],
  mysql: Parameters<typeof mysqlStore>[0],
) {
  same<SessionStore, ReturnType<typeof sqliteStore>>()
  sqliteStore('sessions.sqlite')
  // @ts-expect-error: a file is named, or options are given
  sqliteStore()
  same<SessionStore, ReturnType<typeof redisStore>>()
  redisStore(redis, { prefix: 'shop:' })
  // @ts-expect-error: a client, not where it connects to
  redisStore('redis://127.0.0.1')
  // @ts-expect-error: no such option
  redisStore(redis, { ttl: 60 })
  same<SessionStore, ReturnType<typeof postgresStore>>()
  postgresStore(pool, { table: 'sessions' })
  // @ts-expect-error: no such option
  postgresStore(pool, { ttl: 60 })
  same<Parameters<typeof postgresStore>[0], Parameters<typeof migratePostgres>[0]>()
  // @ts-expect-error: a client, not where it connects to
  mysqlStore('mysql://127.0.0.1')
  mysqlStore(mysql)

  const near = cached(redisStore(redis), { maxStale: '2s' })
  same<number, typeof near.maxStale>()
  same<boolean | null, ReturnType<typeof near.stats>['heard']>()
  const asStore: SessionStore = near
  // @ts-expect-error: how late a revocation may act is said by whoever caches
  cached(asStore)
}
