import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { waitingSync } from '../stores/sqlite/connection.ts'
import { databaseFile, makePrivately } from '../stores/sqlite/file.ts'
import { prepareSchema, schemaVersion } from '../stores/sqlite/schema.ts'
import type { Versions } from './versions.ts'

const patience = 10_000

/** Opens the file, or makes it as the SQLite store does, and its tables. */
export function migrateSqlite(url: string): Versions {
  const path = url.startsWith('file://') ? fileURLToPath(url) : url.replace(/^file:/, '')
  const file = databaseFile(path)
  if (file !== null) makePrivately(file)
  const database = new DatabaseSync(path)
  try {
    const from = waitingSync(patience, () => schemaVersion(database))
    waitingSync(patience, () => prepareSchema(database))
    return { from, to: schemaVersion(database) }
  } finally {
    database.close()
  }
}

/** What the SQLite store makes when it opens a file, read from an empty database. */
export function printSqlite(): string {
  const database = new DatabaseSync(':memory:')
  try {
    prepareSchema(database)
    const made = database.prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid').all()
    const version = `INSERT INTO latchkey_schema (version) VALUES (${schemaVersion(database)})`
    return [...made.map(({ sql }) => String(sql)), version].map((sql) => `${sql};\n`).join('')
  } finally {
    database.close()
  }
}
