import type { Pool } from 'pg'
import { type Database, DatabaseError, type Result, storable, type Value } from './database.ts'

// What PostgreSQL gave up for another's sake: serialization_failure and deadlock_detected.
const isRolledBack = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === '40001' || error.code === '40P01')
const attempts = 5

/** The console's data in PostgreSQL, over a pool that was migrated and that its owner closes. */
export function postgresDatabase(pool: Pool): Database {
  async function attempt(sql: string, values: Value[]): Promise<Result> {
    const { rows, rowCount } = await pool.query(sql, values)
    return { rows, changes: rowCount ?? 0 }
  }

  return {
    async query(sql, ...values) {
      const stored = values.map(storable)
      for (let at = 1; ; at++) {
        try {
          return await attempt(sql, stored)
        } catch (error) {
          // A statement is a transaction of its own: nothing of it was done, so it can be sent again.
          if (at < attempts && isRolledBack(error)) continue
          // Messages of PostgreSQL quote values, so they go no further.
          throw new DatabaseError(error)
        }
      }
    },
    async close() {},
  }
}
