import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import test, { type TestContext } from 'node:test'
import { openSqlite } from './sqlite.ts'

const write = "INSERT INTO console_events (kind, at) VALUES ('x', 1)"
const count = 'SELECT count(*) AS count FROM console_events'

/** A database whose waiting is held by a gate, and another connection that takes its lock. */
function start(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-sqlite-'))
  const path = join(folder, 'console.sqlite')
  const waiting: (() => void)[] = []
  const pauses: number[] = []
  const database = openSqlite(path, (milliseconds) => {
    pauses.push(milliseconds)
    return new Promise<void>((resolve) => waiting.push(resolve))
  })
  const other = new DatabaseSync(path)
  t.after(async () => {
    other.close()
    // The last test has closed it.
    await database.close().catch(() => undefined)
    rmSync(folder, { recursive: true })
  })
  const goOn = () => {
    for (const resolve of waiting.splice(0)) resolve()
  }
  return { database, other, pauses, goOn }
}

test('a write waits for a lock without stopping the process: who holds it can let go', async (t) => {
  const { database, other, pauses, goOn } = start(t)
  const { rows } = await database.query('PRAGMA busy_timeout')
  assert.deepEqual({ ...rows[0] }, { timeout: 0 }, 'SQLite itself would wait by stopping the process')
  other.exec('BEGIN IMMEDIATE')
  const writing = database.query(write)
  assert.deepEqual(pauses, [1], 'it has tried, and waits')
  assert.equal((await database.query(count)).rows[0]?.count, 0, 'reading goes on')
  other.exec('ROLLBACK')
  goOn()
  assert.equal((await writing).changes, 1)
  assert.equal((await database.query(count)).rows[0]?.count, 1, 'it was done once')
})

test('a lock that stays is an error after some two seconds', async (t) => {
  const { database, other, pauses, goOn } = start(t)
  other.exec('BEGIN IMMEDIATE')
  let isOver = false
  const writing = assert.rejects(database.query(write), { code: 'ERR_SQLITE_ERROR' }).finally(() => {
    isOver = true
  })
  while (!isOver) {
    goOn()
    await new Promise(setImmediate)
  }
  await writing
  const total = pauses.reduce((sum, each) => sum + each, 0)
  assert.ok(total > 1500 && total < 2500, `${total}`)
  other.exec('ROLLBACK')
  assert.equal((await database.query(write)).changes, 1)
})

test('what is wrong with a statement is said at once', async (t) => {
  const { database, pauses } = start(t)
  await assert.rejects(database.query('SELECT nothing FROM nowhere'), { code: 'ERR_SQLITE_ERROR' })
  assert.deepEqual(pauses, [])
})

test('closing lets what waits for a lock come to its end', async (t) => {
  const { database, other, goOn } = start(t)
  other.exec('BEGIN IMMEDIATE')
  const writing = database.query(write)
  const closing = database.close()
  other.exec('ROLLBACK')
  goOn()
  assert.equal((await writing).changes, 1)
  await closing
  await assert.rejects(database.query(count), { code: 'ERR_INVALID_STATE' })
})
