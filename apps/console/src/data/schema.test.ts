import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import test, { type TestContext } from 'node:test'
import { asked, openPool, ownDatabase } from '../../test/support/postgres.ts'
import { createAudits } from './audits.ts'
import type { Database } from './database.ts'
import { createHistory } from './history.ts'
import { postgresDatabase } from './postgres.ts'
import { migrateData } from './postgres-schema.ts'
import { createRunningAudits } from './running.ts'
import { openSqlite } from './sqlite.ts'
import { createUsers } from './users.ts'

function file(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-schema-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return join(folder, 'console.sqlite')
}

async function migrate(url: string): Promise<void> {
  const pool = openPool(url, 1)
  await migrateData(pool).finally(() => pool.end())
}

test('PostgreSQL: consoles that start at once make the tables once', async (t) => {
  const url = await ownDatabase(t)
  await Promise.all(Array.from({ length: 8 }, () => migrate(url)))
  assert.deepEqual(await asked(url, 'SELECT version FROM console_schema'), [{ version: 3 }])
})

test('PostgreSQL: a user without the right to make tables can use those that are there', async (t) => {
  const url = new URL(await ownDatabase(t))
  await migrate(url.href)
  const role = `${url.pathname.slice(1)}_guest`
  await asked(url.href, `CREATE ROLE ${role} LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}`)
  t.after(() => asked(new URL('/postgres', url).href, `DROP ROLE ${role}`))
  const guest = new URL(url)
  guest.username = role
  await migrate(guest.href)
})

test('data of a newer console are left alone', async (t) => {
  const url = await ownDatabase(t)
  await migrate(url)
  await asked(url, 'UPDATE console_schema SET version = 99')
  await assert.rejects(migrate(url), /schema version 99; this console knows version 3/)

  const path = file(t)
  const database = new DatabaseSync(path)
  database.exec('PRAGMA user_version = 99')
  database.close()
  assert.throws(() => openSqlite(path), /schema version 99; this console knows version 4/)
})

test('SQLite: a file of the first release keeps what is in it', async (t) => {
  const path = file(t)
  const old = new DatabaseSync(path)
  old.exec(firstRelease)
  old.close()
  const database = openSqlite(path)
  t.after(() => database.close())
  const now = () => 1_750_000_000_000
  const running = createRunningAudits(database, now, 'runner')
  const audits = await createAudits(database, now, running).list('u1')
  assert.deepEqual(
    audits.map(({ id, state, worst }) => [id, state, worst]),
    [
      ['under-way', 'failed', null],
      ['finished', 'done', 'high'],
    ],
  )
  assert.equal((await createUsers(database, now).byName('Ada'))?.passwordHash, 'hash')
})

test('SQLite: a file of the second release keeps what is in it, and nobody is disabled', async (t) => {
  const path = file(t)
  const old = new DatabaseSync(path)
  old.exec(firstRelease)
  old.exec(secondRelease)
  old.close()
  const database = openSqlite(path)
  t.after(() => database.close())
  await assertKept(database)
})

test('PostgreSQL: tables of the first release keep what is in them, and serve that release meanwhile', async (t) => {
  const url = await ownDatabase(t)
  await asked(url, firstPostgresRelease)
  await Promise.all([migrate(url), migrate(url)])
  assert.deepEqual(await asked(url, 'SELECT version FROM console_schema'), [{ version: 3 }])
  const pool = openPool(url, 1)
  t.after(() => pool.end())
  await assertKept(postgresDatabase(pool))
  const oldInsert = `INSERT INTO console_users (id, name, name_key, password_hash, created_at)
    VALUES ('u2', 'Eve', 'eve', 'hash', 2000)`
  await asked(url, oldInsert)
  assert.equal((await createUsers(postgresDatabase(pool), Date.now).byName('eve'))?.disabledAt, null)
})

async function assertKept(database: Database): Promise<void> {
  const now = () => 1_750_000_000_000
  const users = createUsers(database, now)
  assert.deepEqual(await users.byName('ada'), {
    id: 'u1',
    name: 'Ada',
    passwordHash: 'hash',
    createdAt: 1000,
    disabledAt: null,
  })
  const audits = createAudits(database, now, createRunningAudits(database, now, 'runner'))
  assert.deepEqual(
    (await audits.list('u1')).map(({ id, worst }) => [id, worst]),
    [['finished', 'high']],
  )
  const history = createHistory(database, now)
  await history.add({ userId: 'u1', sid: 's', kind: 'session_logout', reason: null, at: now() })
  assert.equal((await history.ofUser('u1')).length, 1)
  assert.equal(await users.disable('u1'), true)
  assert.equal((await users.byId('u1'))?.disabledAt, now())
}

// As the releases made them, so that what is changed since cannot change what is tested.
const secondRelease = `
  ALTER TABLE users RENAME TO console_users;
  ALTER TABLE audits RENAME TO console_audits;
  ALTER TABLE console_audits ADD COLUMN slot TEXT;
  ALTER TABLE console_audits ADD COLUMN runner TEXT;
  ALTER TABLE console_audits ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE console_audits ADD COLUMN progress TEXT;
  ALTER TABLE console_audits ADD COLUMN stopping INTEGER NOT NULL DEFAULT 0;
  CREATE UNIQUE INDEX console_audits_by_slot ON console_audits (slot) WHERE slot IS NOT NULL;
  CREATE INDEX console_audits_running ON console_audits (id) WHERE state = 'running';
  DELETE FROM console_audits WHERE id = 'under-way';
  PRAGMA user_version = 2;
`

const firstPostgresRelease = `
  CREATE TABLE console_schema (version INTEGER NOT NULL);
  CREATE TABLE console_users (id TEXT PRIMARY KEY, name TEXT NOT NULL, name_key TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL, created_at BIGINT NOT NULL);
  CREATE TABLE console_audits (id TEXT PRIMARY KEY, rowid BIGINT GENERATED ALWAYS AS IDENTITY,
    user_id TEXT REFERENCES console_users (id) ON DELETE CASCADE, visitor_sid TEXT, url TEXT NOT NULL,
    mode TEXT NOT NULL, state TEXT NOT NULL, started_at BIGINT NOT NULL, finished_at BIGINT, failure TEXT, worst TEXT,
    failed INTEGER NOT NULL DEFAULT 0, report TEXT, slot TEXT, runner TEXT, seen_at BIGINT NOT NULL DEFAULT 0,
    progress TEXT, stopping INTEGER NOT NULL DEFAULT 0);
  CREATE TABLE console_throttles (key VARCHAR(255) PRIMARY KEY, points INTEGER NOT NULL DEFAULT 0, expire BIGINT);
  INSERT INTO console_schema VALUES (1);
  INSERT INTO console_users VALUES ('u1', 'Ada', 'ada', 'hash', 1000);
  INSERT INTO console_audits (id, user_id, url, mode, state, started_at, finished_at, worst, failed, report)
    VALUES ('finished', 'u1', 'https://a.example/', 'passive', 'done', 1, 2, 'high', 1, '{}');
`

const firstRelease = `
  CREATE TABLE users (id TEXT PRIMARY KEY, name TEXT NOT NULL, name_key TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT;
  CREATE TABLE audits (id TEXT PRIMARY KEY, user_id TEXT REFERENCES users (id) ON DELETE CASCADE, visitor_sid TEXT,
    url TEXT NOT NULL, mode TEXT NOT NULL, state TEXT NOT NULL, started_at INTEGER NOT NULL, finished_at INTEGER,
    failure TEXT, worst TEXT, failed INTEGER NOT NULL DEFAULT 0, report TEXT) STRICT;
  CREATE INDEX audits_by_user ON audits (user_id, started_at);
  CREATE INDEX audits_by_visitor ON audits (visitor_sid) WHERE visitor_sid IS NOT NULL;
  INSERT INTO users VALUES ('u1', 'Ada', 'ada', 'hash', 1000);
  INSERT INTO audits VALUES ('finished', 'u1', NULL, 'https://a.example/', 'passive', 'done', 1, 2, NULL, 'high', 1, '{}');
  INSERT INTO audits VALUES ('under-way', 'u1', NULL, 'https://a.example/', 'passive', 'running', 3, NULL, NULL, NULL, 0, NULL);
  PRAGMA user_version = 1;
`
