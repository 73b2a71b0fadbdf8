import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPool } from 'mysql2/promise'
import pg from 'pg'
import { createSessions } from './create-sessions.ts'
import { refuseUnknown } from './known-options.ts'
import { cached } from './stores/cached/cached.ts'
import { memoryStore } from './stores/memory/memory.ts'
import { migrateMysql, mysqlMigrations, mysqlStore } from './stores/mysql/mysql.ts'
import { migratePostgres, postgresMigrations, postgresStore } from './stores/postgres/postgres.ts'
import { settingsOf } from './stores/redis/options.ts'
import { sqliteStore } from './stores/sqlite/sqlite.ts'

interface Options {
  readonly max?: number
  readonly atCap?: string
}

const look = (options: object) =>
  refuseUnknown<Options>('sessionsPerUser', options as Options, { max: true, atCap: true })

test('options that exist pass, also when they are undefined', () => {
  look({})
  look({ max: 1, atCap: undefined })
})

test('an option that does not exist is refused, and those that do are named', () => {
  assert.throws(() => look({ max: 1, maximum: 1 }), {
    code: 'config_invalid',
    message: 'sessionsPerUser has no option maximum. It has max, atCap.',
  })
  assert.throws(() => look({ Max: 1, cap: undefined }), /has no option Max, cap\./)
})

test('what every object inherits is no option', () => {
  assert.throws(() => look({ toString: 1 }), /no option toString/)
  assert.throws(() => look(JSON.parse('{ "__proto__": 1 }')), /no option __proto__/)
})

// What a compiler would refuse, as JavaScript writes it.
const unknown: object = { maximum: undefined }
const open = (part: string) => createSessions({ store: memoryStore(), [part]: unknown })
// Neither connects before it is asked something.
const [postgres, mysql] = [new pg.Pool(), createPool({})]
const takers: Readonly<Record<string, () => unknown>> = {
  memoryStore: () => memoryStore(unknown),
  sqliteStore: () => sqliteStore({ path: ':memory:', ...unknown }),
  cached: () => cached(memoryStore(), { maxStale: '1s', ...unknown }),
  redisStore: () => settingsOf(unknown),
  waitForReplicas: () => settingsOf({ waitForReplicas: { count: 1, timeout: '1s', ...unknown } }),
  postgresStore: () => postgresStore(postgres, unknown),
  postgresMigrations: () => postgresMigrations(unknown),
  migratePostgres: () => migratePostgres(postgres, unknown),
  mysqlStore: () => mysqlStore(mysql, unknown),
  mysqlMigrations: () => mysqlMigrations(unknown),
  migrateMysql: () => migrateMysql(mysql, unknown),
  cookie: () => open('cookie'),
  crossOrigin: () => open('crossOrigin'),
  sessionsPerUser: () => open('sessionsPerUser'),
  clients: () => open('clients'),
}

for (const [what, take] of Object.entries(takers)) {
  test(`${what} takes no option that it does not have`, async () => {
    const refused = { code: 'config_invalid', message: new RegExp(`^${what} has no option maximum`) }
    await assert.rejects(async () => take(), refused)
  })
}
