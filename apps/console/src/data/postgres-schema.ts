import type { Pool, PoolClient } from 'pg'

// The first makes version 1. A new version must leave the release before it working: during a rolling update
// consoles of both are at work. Column `rowid` is what SQLite has by itself: the order in which rows came.
const migrations: readonly string[] = [
  `CREATE TABLE console_users (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL
  );
  CREATE TABLE console_audits (
    id TEXT PRIMARY KEY,
    rowid BIGINT GENERATED ALWAYS AS IDENTITY,
    user_id TEXT REFERENCES console_users (id) ON DELETE CASCADE,
    visitor_sid TEXT,
    url TEXT NOT NULL,
    mode TEXT NOT NULL,
    state TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    finished_at BIGINT,
    failure TEXT,
    worst TEXT,
    failed INTEGER NOT NULL DEFAULT 0,
    report TEXT,
    slot TEXT,
    runner TEXT,
    seen_at BIGINT NOT NULL DEFAULT 0,
    progress TEXT,
    stopping INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX console_audits_by_user ON console_audits (user_id, started_at);
  CREATE INDEX console_audits_by_visitor ON console_audits (visitor_sid) WHERE visitor_sid IS NOT NULL;
  CREATE UNIQUE INDEX console_audits_by_slot ON console_audits (slot) WHERE slot IS NOT NULL;
  CREATE INDEX console_audits_running ON console_audits (id) WHERE state = 'running';
  CREATE TABLE console_throttles (
    key VARCHAR(255) PRIMARY KEY,
    points INTEGER NOT NULL DEFAULT 0,
    expire BIGINT
  );`,

  `ALTER TABLE console_users ADD COLUMN disabled_at BIGINT;
  CREATE TABLE console_events (
    rowid BIGINT GENERATED ALWAYS AS IDENTITY,
    user_id TEXT REFERENCES console_users (id) ON DELETE CASCADE,
    sid TEXT,
    kind TEXT NOT NULL,
    reason TEXT,
    client TEXT,
    at BIGINT NOT NULL
  );
  CREATE INDEX console_events_by_user ON console_events (user_id, at);
  CREATE INDEX console_events_by_sid ON console_events (sid);
  CREATE INDEX console_events_by_time ON console_events (at);`,

  `CREATE TABLE console_tried_forms (
    user_id TEXT PRIMARY KEY REFERENCES console_users (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    sealed TEXT NOT NULL,
    expires_at BIGINT NOT NULL
  );`,
]

// Any number that no other program locks in the same database: "console" as ASCII.
const takeLock = 'SELECT pg_advisory_xact_lock(27988542884507749)'

/**
 * Brings the tables to this console's version. Several consoles may start at once: one does it, the others wait.
 * A database where it is done already needs no right to create tables.
 * @throws Error if a newer console has written them, or they cannot be made
 */
export async function migrateData(pool: Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await client.query(takeLock)
    await migrate(client)
    await client.query('COMMIT')
    client.release()
  } catch (error) {
    // A closed connection rolls back by itself.
    client.release(true)
    throw error
  }
}

async function migrate(client: PoolClient): Promise<void> {
  const { rows } = await client.query("SELECT to_regclass('console_schema') IS NOT NULL AS made")
  if (!rows[0].made) await client.query('CREATE TABLE console_schema (version INTEGER NOT NULL)')
  const found = await client.query('SELECT coalesce(max(version), 0) AS version FROM console_schema')
  const version = Number(found.rows[0].version)
  if (version > migrations.length) {
    throw new Error(
      `its tables have schema version ${version}; this console knows version ${migrations.length}`,
    )
  }
  for (const migration of migrations.slice(version)) await client.query(migration)
  if (version === migrations.length) return
  await client.query('DELETE FROM console_schema')
  await client.query('INSERT INTO console_schema (version) VALUES ($1)', [migrations.length])
}
