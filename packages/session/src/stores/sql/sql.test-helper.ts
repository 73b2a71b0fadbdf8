import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after } from 'node:test'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { sharedMysql, sharedPostgres } from '../../../../../servers/shared.ts'
import type { SessionStore } from '../../store.ts'
import { migrateMysql, mysqlStore } from '../mysql/mysql.ts'
import { migratePostgres, postgresStore } from '../postgres/postgres.ts'

export function ownTable(): string {
  return `latchkey_test_${randomBytes(6).toString('hex')}`
}

/** A database for the tests of one file: a server, a pool, and a table that is dropped in the end. */
export interface TestDatabase<Pool> {
  readonly name: 'postgres' | 'mysql'
  readonly url: string
  readonly pool: Pool
  readonly table: string
  /** @param before awaited before each statement that the store sends */
  store(before?: (sql: string) => Promise<unknown>): SessionStore
  query(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>
  /** Removes all rows. */
  empty(): Promise<void>
  /** Holds a lock on the row until the returned function is called. */
  lock(sid: string): Promise<() => Promise<void>>
}

export async function postgresDatabase(): Promise<TestDatabase<pg.Pool>> {
  const table = ownTable()
  const url = await sharedPostgres()
  const pool = new pg.Pool({ connectionString: url })
  await migratePostgres(pool, { table })
  after(async () => {
    await pool.query(`DROP TABLE ${table}, ${table}_schema`)
    await pool.end()
  })
  return {
    name: 'postgres',
    url,
    pool,
    table,
    store: (before) => postgresStore(before ? waiting(pool, before) : pool, { table }),
    query: async (sql, values) => (await pool.query(sql, values)).rows,
    empty: async () => void (await pool.query(`DELETE FROM ${table}`)),
    async lock(sid) {
      const client = await pool.connect()
      await client.query('BEGIN')
      await client.query(`SELECT 1 FROM ${table} WHERE sid = $1 FOR UPDATE`, [sid])
      return async () => {
        await client.query('ROLLBACK')
        client.release()
      }
    },
  }
}

export async function mysqlDatabase(): Promise<TestDatabase<mysql.Pool>> {
  const table = ownTable()
  const url = await sharedMysql()
  const pool = mysql.createPool(url)
  await migrateMysql(pool, { table })
  after(async () => {
    await pool.query(`DROP TABLE ${table}, ${table}_schema`)
    await pool.end()
  })
  return {
    name: 'mysql',
    url,
    pool,
    table,
    store: (before) => mysqlStore(before ? waiting(pool, before) : pool, { table }),
    async query(sql, values) {
      const [rows] = await pool.query(sql, values)
      return rows as Record<string, unknown>[]
    },
    empty: async () => void (await pool.query(`DELETE FROM ${table}`)),
    async lock(sid) {
      const connection = await pool.getConnection()
      await connection.beginTransaction()
      await connection.query(`SELECT 1 FROM ${table} WHERE sid = ? FOR UPDATE`, [sid])
      return async () => {
        await connection.rollback()
        connection.release()
      }
    },
  }
}

/** The pool, whose statements wait for something first. */
function waiting<Pool extends object>(pool: Pool, before: (sql: string) => Promise<unknown>): Pool {
  const way = 'execute' in pool ? 'execute' : 'query'
  const send: unknown = Reflect.get(pool, way)
  assert.ok(typeof send === 'function')
  const sendLater = async (statement: { readonly sql?: string; readonly text?: string }) => {
    await before(statement.sql ?? statement.text ?? '')
    return Reflect.apply(send, pool, [statement])
  }
  return Object.assign(Object.create(pool), { [way]: sendLater })
}

/** Both, for what they have in common. */
export function bothDatabases(): Promise<TestDatabase<unknown>[]> {
  return Promise.all([postgresDatabase(), mysqlDatabase()])
}
