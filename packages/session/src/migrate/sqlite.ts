import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { prepareSchema } from '../stores/sqlite/schema.ts'
import type { Versions } from './versions.ts'

const patience = 10_000

/** Opens or makes the file, as the SQLite store does, and its tables. */
export function migrateSqlite(url: string): Versions {
  const path = url.startsWith('file://') ? fileURLToPath(url) : url.replace(/^file:/, '')
  const isNew = !existsSync(path)
  const database = new DatabaseSync(path, { timeout: patience })
  try {
    const from = isNew ? 0 : versionOf(database)
    prepareSchema(database)
    return { from, to: versionOf(database) }
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
    const version = `INSERT INTO latchkey_schema (version) VALUES (${versionOf(database)})`
    return [...made.map(({ sql }) => String(sql)), version].map((sql) => `${sql};\n`).join('')
  } finally {
    database.close()
  }
}

function versionOf(database: DatabaseSync): number {
  const table = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'latchkey_schema'").get()
  return table ? Number(database.prepare('SELECT version FROM latchkey_schema').get()?.version ?? 0) : 0
}
