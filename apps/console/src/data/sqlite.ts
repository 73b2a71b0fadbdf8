import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { setTimeout as wait } from 'node:timers/promises'
import { type Database, type Result, storable, type Value } from './database.ts'
import { migrateSqlite } from './sqlite-schema.ts'

// Milliseconds. At the start nobody is waiting, and another console may be making the tables.
const startTimeout = 1000
const longestPause = 20
// With the pauses below, about two seconds.
const attempts = 100

/**
 * The console's data in one SQLite file, created when missing. Errors are those of `node:sqlite`.
 * @param pause waits until the next attempt, while another process holds the lock; takes milliseconds
 * @throws Error if a newer console has written the file, or it cannot be opened
 */
export function openSqlite(path: string, pause: (milliseconds: number) => Promise<unknown> = wait): Database {
  const database = new DatabaseSync(path, { timeout: startTimeout })
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON')
    migrateSqlite(database, path)
    // SQLite waits for a lock by stopping the process, and with it every request: from here on it does not wait.
    database.exec('PRAGMA busy_timeout = 0')
  } catch (error) {
    database.close()
    throw error
  }

  const statements = new Map<string, StatementSync>()
  const underWay = new Set<Promise<Result>>()

  function prepared(sql: string): StatementSync {
    const statement = statements.get(sql) ?? database.prepare(sql)
    statements.set(sql, statement)
    return statement
  }

  function attempt(sql: string, values: readonly Value[]): Result {
    const statement = prepared(sql)
    // To SQLite, $1 is a parameter of that name.
    const named = Object.fromEntries(values.map((value, at) => [`$${at + 1}`, storable(value)]))
    if (statement.columns().length === 0) {
      return { rows: [], changes: Number(statement.run(named).changes) }
    }
    const rows = statement.all(named)
    return { rows, changes: rows.length }
  }

  async function insist(sql: string, values: readonly Value[]): Promise<Result> {
    for (let at = 1; ; at++) {
      try {
        return attempt(sql, values)
      } catch (error) {
        // A statement is a transaction of its own: nothing of it was done, so it can be tried again.
        if (at === attempts || !isLocked(error)) throw error
      }
      await pause(Math.min(longestPause, at))
    }
  }

  return {
    async query(sql, ...values) {
      const asked = insist(sql, values)
      underWay.add(asked)
      try {
        return await asked
      } finally {
        underWay.delete(asked)
      }
    },
    async close() {
      await Promise.allSettled(underWay)
      database.close()
    },
  }
}

const busy = 5

/** SQLITE_BUSY in all its kinds: the low byte of a code says which kind it is of. */
function isLocked(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === busy
}
