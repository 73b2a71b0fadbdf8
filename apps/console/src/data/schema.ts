import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const version = 1

// Sessions live in the same file, in tables that `latchkey/sqlite` makes and versions by itself.
const create = `
  CREATE TABLE users (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE audits (
    id TEXT PRIMARY KEY,
    user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
    visitor_sid TEXT,
    url TEXT NOT NULL,
    mode TEXT NOT NULL,
    state TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    failure TEXT,
    worst TEXT,
    failed INTEGER NOT NULL DEFAULT 0,
    report TEXT
  ) STRICT;
  CREATE INDEX audits_by_user ON audits (user_id, started_at);
  CREATE INDEX audits_by_visitor ON audits (visitor_sid) WHERE visitor_sid IS NOT NULL;
`

/**
 * Opens the console's file, creating it and its folder when missing.
 * @throws Error if a newer console has written the file, or it cannot be opened
 */
export function openDatabase(path: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true })
  const database = new DatabaseSync(path, { timeout: 1000 })
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON')
  database.exec('BEGIN IMMEDIATE')
  try {
    const found = Number(database.prepare('PRAGMA user_version').get()?.user_version)
    if (found > version) {
      throw new Error(`${path} has schema version ${found}; this console knows version ${version}.`)
    }
    if (found === 0) database.exec(`${create} PRAGMA user_version = ${version}`)
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    database.close()
    throw error
  }
  return database
}
