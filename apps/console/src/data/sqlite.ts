import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { type Database, storable } from './database.ts'
import { migrateSqlite } from './sqlite-schema.ts'

/**
 * The console's data in one SQLite file, created when missing. Errors are those of `node:sqlite`.
 * @throws Error if a newer console has written the file, or it cannot be opened
 */
export function openSqlite(path: string): Database {
  const database = new DatabaseSync(path, { timeout: 1000 })
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON')
    migrateSqlite(database, path)
  } catch (error) {
    database.close()
    throw error
  }

  const statements = new Map<string, StatementSync>()
  function prepared(sql: string): StatementSync {
    const statement = statements.get(sql) ?? database.prepare(sql)
    statements.set(sql, statement)
    return statement
  }

  return {
    async query(sql, ...values) {
      const statement = prepared(sql)
      // To SQLite, $1 is a parameter of that name.
      const named = Object.fromEntries(values.map((value, at) => [`$${at + 1}`, storable(value)]))
      if (statement.columns().length === 0) {
        return { rows: [], changes: Number(statement.run(named).changes) }
      }
      const rows = statement.all(named)
      return { rows, changes: rows.length }
    },
    async close() {
      database.close()
    },
  }
}
