import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { isPromise } from '../../deadline/deadline.ts'
import { sampleRecord } from '../../testing/laws/record-laws.ts'
import { sqliteStore } from './sqlite.ts'

let folder = ''
let files = 0
const freshFile = () => join(folder, `${files++}.sqlite`)

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-sqlite-'))
})
after(() => rm(folder, { recursive: true }))

/** Another user of the file, with the lock that a transaction with writes has. */
function lock(path: string) {
  const other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')
  return () => {
    other.exec('COMMIT')
    other.close()
  }
}

const isLocked = { code: 'store_unavailable', message: /locked by another process/ }

// Were the process to stand still while it waits, it could not come to end the other's transaction.
test('while another process has the lock, writes wait, reads do not, and this process goes on', async () => {
  const path = freshFile()
  const store = sqliteStore({ path, busyTimeout: 5000 })
  const records = Array.from({ length: 30 }, () => sampleRecord({ userId: 'alice' }))
  for (const record of records) await store.create(record)
  const unlock = lock(path)
  const [updated, deleted, ...rest] = records
  assert.ok(updated && deleted)
  const writes = [
    ...rest.map(({ sid }) => store.update(sid, { set: { a: '1' } })),
    store.delete(deleted.sid),
    store.sweep?.(0),
  ]
  const created = store.create(sampleRecord())
  const seen = store.read(updated.sid)
  assert.ok(!isPromise(seen) && seen?.rev === 0)
  assert.equal((await store.list('alice')).length, 30)
  // Were each attempt to stop the process for a while, so many turns would outlast every patience.
  for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setTimeout(resolve, 1))
  unlock()
  await created
  assert.deepEqual(await Promise.all(writes), [...rest.map(() => true), true, 0])
  await store.close?.()
})

test('a lock that stays longer than busyTimeout refuses the write, which has not happened', async () => {
  const path = freshFile()
  const store = sqliteStore({ path, busyTimeout: 20 })
  const record = sampleRecord()
  await store.create(record)
  const unlock = lock(path)
  await assert.rejects(store.update(record.sid, { set: { a: '1' } }), isLocked)
  await assert.rejects(store.delete(record.sid), isLocked)
  await assert.rejects(store.deleteAll(), isLocked)
  unlock()
  assert.deepEqual(await store.read(record.sid), record)
  assert.equal(await store.update(record.sid, { set: { a: '1' } }), true)
  await store.close?.()
})

test('a lock of the whole file keeps reads waiting, and no longer', async () => {
  const path = freshFile()
  const store = sqliteStore({ path, busyTimeout: 20_000 })
  const record = sampleRecord()
  await store.create(record)
  await store.close?.()
  const other = new DatabaseSync(path)
  other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT')
  assert.throws(() => sqliteStore({ path, busyTimeout: 20 }), isLocked)
  other.close()
  const again = sqliteStore({ path, busyTimeout: 20_000 })
  assert.deepEqual(await again.read(record.sid), record)
  await again.close?.()
})

test('a process starts while another one writes; for a file without tables it waits', async () => {
  const path = freshFile()
  await sqliteStore(path).close?.()
  const unlock = lock(path)
  await sqliteStore({ path, busyTimeout: 0 }).close?.()
  unlock()
  const empty = freshFile()
  const unlockEmpty = lock(empty)
  assert.throws(() => sqliteStore({ path: empty, busyTimeout: 20 }), isLocked)
  unlockEmpty()
  const child = spawn(process.execPath, ['--input-type=module', '-e', holdBriefly], {
    env: { ...process.env, DB: empty },
  })
  await once(child.stdout, 'data')
  await sqliteStore({ path: empty, busyTimeout: 20_000 }).close?.()
  await once(child, 'exit')
})

const holdBriefly = `
  import { DatabaseSync } from 'node:sqlite'
  const database = new DatabaseSync(process.env.DB)
  database.exec('BEGIN IMMEDIATE')
  console.log('held')
  setTimeout(() => database.exec('COMMIT'), 100)
`

test('a busyTimeout that is none is refused', () => {
  for (const busyTimeout of [-1, Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => sqliteStore({ path: ':memory:', busyTimeout }), /busyTimeout/)
})
