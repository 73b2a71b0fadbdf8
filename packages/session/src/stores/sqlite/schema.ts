import type { DatabaseSync } from 'node:sqlite'
import { SessionError } from '../../errors.ts'

const version = 1

// A table of our own holds the version: PRAGMA user_version belongs to the application that shares the file.
const create = `
  CREATE TABLE IF NOT EXISTS latchkey_schema (version INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS latchkey_sessions (
    sid TEXT PRIMARY KEY,
    user_id TEXT,
    secret_hash TEXT NOT NULL,
    previous TEXT,
    policy TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    authenticated_at INTEGER,
    last_seen_at INTEGER NOT NULL,
    renewed_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    rev INTEGER NOT NULL,
    data TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS latchkey_sessions_by_user ON latchkey_sessions (user_id) WHERE user_id IS NOT NULL;
  CREATE INDEX IF NOT EXISTS latchkey_sessions_by_expiry ON latchkey_sessions (expires_at);
`

/**
 * Creates the tables, or checks that they are of this version. Several processes may do so at once. Tables that are
 * there are only read, so that no writer elsewhere keeps a process from starting.
 * @throws SessionError `schema_mismatch`
 */
export function prepareSchema(database: DatabaseSync): void {
  if (schemaVersion(database) === version) return
  database.exec('BEGIN IMMEDIATE')
  try {
    database.exec(create)
    const found = schemaVersion(database)
    if (found === 0) database.prepare('INSERT INTO latchkey_schema (version) VALUES (?)').run(version)
    else if (found !== version) throw mismatch(found)
    database.exec('COMMIT')
  } catch (error) {
    // SQLite has already undone it where the disk failed.
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

/** 0 when there are no tables. */
export function schemaVersion(database: DatabaseSync): number {
  const table = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'latchkey_schema'").get()
  return table ? Number(database.prepare('SELECT version FROM latchkey_schema').get()?.version ?? 0) : 0
}

function mismatch(found: number): SessionError {
  return new SessionError(
    'schema_mismatch',
    `The session tables have schema version ${found}, this Latchkey knows version ${version}. ` +
      'Run the Latchkey version that wrote them, or give the store another file.',
  )
}
