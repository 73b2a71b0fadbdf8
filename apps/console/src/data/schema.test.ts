import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import test, { type TestContext } from 'node:test'
import { asked, openPool, ownDatabase } from '../../test/support/postgres.ts'
import { createAudits } from './audits.ts'
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
  assert.deepEqual(await asked(url, 'SELECT version FROM console_schema'), [{ version: 2 }])
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
  await assert.rejects(migrate(url), /schema version 99; this console knows version 2/)

  const path = file(t)
  const database = new DatabaseSync(path)
  database.exec('PRAGMA user_version = 99')
  database.close()
  assert.throws(() => openSqlite(path), /schema version 99; this console knows version 3/)
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
