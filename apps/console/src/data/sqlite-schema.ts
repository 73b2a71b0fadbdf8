import type { DatabaseSync } from 'node:sqlite'

// The first makes version 1. Sessions in the same file are in tables that `latchkey/sqlite` makes and versions itself.
const migrations: readonly string[] = [
  `CREATE TABLE users (
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
  CREATE INDEX audits_by_visitor ON audits (visitor_sid) WHERE visitor_sid IS NOT NULL;`,

  // The names that the tables have in a PostgreSQL that others use as well; and who runs an audit.
  `ALTER TABLE users RENAME TO console_users;
  ALTER TABLE audits RENAME TO console_audits;
  ALTER TABLE console_audits ADD COLUMN slot TEXT;
  ALTER TABLE console_audits ADD COLUMN runner TEXT;
  ALTER TABLE console_audits ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE console_audits ADD COLUMN progress TEXT;
  ALTER TABLE console_audits ADD COLUMN stopping INTEGER NOT NULL DEFAULT 0;
  CREATE UNIQUE INDEX console_audits_by_slot ON console_audits (slot) WHERE slot IS NOT NULL;
  CREATE INDEX console_audits_running ON console_audits (id) WHERE state = 'running';`,

  // Disabled accounts, and what happened to sessions. No foreign key from an event to its session: it outlives that.
  `ALTER TABLE console_users ADD COLUMN disabled_at INTEGER;
  CREATE TABLE console_events (
    user_id TEXT REFERENCES console_users (id) ON DELETE CASCADE,
    sid TEXT,
    kind TEXT NOT NULL,
    reason TEXT,
    client TEXT,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX console_events_by_user ON console_events (user_id, at);
  CREATE INDEX console_events_by_sid ON console_events (sid);
  CREATE INDEX console_events_by_time ON console_events (at);`,

  // Forms whose sign-in was tried, sealed with a key that is not here.
  `CREATE TABLE console_tried_forms (
    user_id TEXT PRIMARY KEY REFERENCES console_users (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    sealed TEXT NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT;`,
]

/**
 * Brings the file to this console's version; several processes may do so at once.
 * @throws Error if a newer console has written the file
 */
export function migrateSqlite(database: DatabaseSync, path: string): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    const found = Number(database.prepare('PRAGMA user_version').get()?.user_version)
    if (found > migrations.length) {
      throw new Error(`${path} has schema version ${found}; this console knows version ${migrations.length}.`)
    }
    for (const migration of migrations.slice(found)) database.exec(migration)
    database.exec(`PRAGMA user_version = ${migrations.length}; COMMIT`)
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}
