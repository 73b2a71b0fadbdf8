import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { isSessionError } from '../../errors.ts'
import { storeLaws } from '../../testing/index.ts'
import { sampleRecord } from '../../testing/laws/record-laws.ts'
import { sqliteStore } from './sqlite.ts'

let folder = ''
let files = 0
const freshFile = () => join(folder, `${files++}.sqlite`)

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-sqlite-'))
})
after(() => rm(folder, { recursive: true }))

for (const law of storeLaws(() => sqliteStore(freshFile()))) test(law.name, law.run)

for (const law of storeLaws(() => sqliteStore(freshFile()), { sealed: true })) {
  test(`${law.name}, all sealed`, law.run)
}

test('what was stored is there after a restart', async () => {
  const path = freshFile()
  const record = sampleRecord({ userId: 'alice', data: { a: '1' } })
  const first = sqliteStore(path)
  await first.create(record)
  await first.close?.()
  const second = sqliteStore({ path, synchronous: 'full' })
  assert.deepEqual(await second.read(record.sid), record)
  await second.close?.()
})

test('a clock with fractions of a millisecond is rounded down, so that nothing lasts longer', async () => {
  const store = sqliteStore(freshFile())
  const odd = sampleRecord().createdAt + 0.75
  const record = sampleRecord({ createdAt: odd, lastSeenAt: odd, renewedAt: odd, expiresAt: odd + 1 })
  await store.create(record)
  const down = Math.floor(odd)
  const kept = { ...record, createdAt: down, lastSeenAt: down, renewedAt: down, expiresAt: down + 1 }
  assert.deepEqual(await store.read(record.sid), kept)
  await store.update(record.sid, { fields: { lastSeenAt: odd + 2, authenticatedAt: odd + 2 } })
  const used = { ...kept, lastSeenAt: down + 2, authenticatedAt: down + 2, rev: 1 }
  assert.deepEqual(await store.read(record.sid), used)
  assert.equal(await store.sweep?.(down + 0.5), 0)
  assert.equal(await store.sweep?.(down + 1.5), 1)
  await store.close?.()
})

test('the file is in WAL mode and leaves user_version and other tables to the application', async () => {
  const path = freshFile()
  const application = new DatabaseSync(path)
  application.exec('CREATE TABLE notes (id); PRAGMA user_version = 7')
  application.close()
  const store = sqliteStore(path)
  await store.create(sampleRecord())
  const again = new DatabaseSync(path)
  assert.equal(again.prepare('PRAGMA journal_mode').get()?.journal_mode, 'wal')
  assert.equal(again.prepare('PRAGMA user_version').get()?.user_version, 7)
  again.close()
  await store.close?.()
})

test('tables of another version are refused and stay as they are', async () => {
  const path = freshFile()
  await sqliteStore(path).close?.()
  const database = new DatabaseSync(path)
  database.exec('UPDATE latchkey_schema SET version = 99')
  assert.throws(
    () => sqliteStore(path),
    (error) => isSessionError(error) && error.code === 'schema_mismatch' && /version 99/.test(error.message),
  )
  assert.equal(database.prepare('SELECT version FROM latchkey_schema').get()?.version, 99)
  database.close()
})

test('several processes on one file lose no write and revive nothing', async () => {
  const path = freshFile()
  const [counted, ended] = [sampleRecord(), sampleRecord()]
  const store = sqliteStore({ path, busyTimeout: 10_000 })
  await store.create(counted)
  await store.create(ended)
  const workers = Array.from({ length: 4 }, (_, n) => worker(path, counted.sid, ended.sid, `p${n}`))
  await Promise.all(workers.map(({ started }) => started))
  await store.delete(ended.sid)
  for (const { go } of workers) go()
  await Promise.all(workers.map(({ finished }) => finished))
  const seen = await store.read(counted.sid)
  assert.equal(seen?.data.count, '200')
  assert.deepEqual(Object.keys(seen?.data ?? {}).sort(), ['count', 'p0', 'p1', 'p2', 'p3'])
  assert.equal(await store.read(ended.sid), null)
  await store.close?.()
})

// Each process opens the file at the same moment as the others, which races the creation of the schema too.
function worker(path: string, counted: string, ended: string, name: string) {
  const script = `
    import { sqliteStore } from ${JSON.stringify(new URL('./sqlite.ts', import.meta.url).href)}
    const store = sqliteStore({ path: process.env.DB, busyTimeout: 10000 })
    process.stdout.write('ready')
    await new Promise((resolve) => process.stdin.once('data', resolve))
    for (let n = 0; n < 50; ) {
      const { rev, data } = await store.read(process.env.COUNTED)
      const count = String(Number(data.count ?? 0) + 1)
      if (await store.update(process.env.COUNTED, { set: { count }, guard: { rev } })) n++
      if (await store.update(process.env.ENDED, { set: { late: '1' } })) throw new Error('revived')
    }
    await store.update(process.env.COUNTED, { set: { [process.env.NAME]: '1' } })
    await store.close()
    process.exit(0)
  `
  const env = { ...process.env, DB: path, COUNTED: counted, ENDED: ended, NAME: name }
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { env })
  const errors = text(child.stderr)
  return {
    started: once(child.stdout, 'data'),
    go: () => child.stdin.write('go'),
    finished: once(child, 'exit').then(async ([code]) => assert.equal(code, 0, await errors)),
  }
}

test('a store does not keep the process alive', async () => {
  const script = `
    import { createSessions } from ${JSON.stringify(new URL('../../index.ts', import.meta.url).href)}
    import { sqliteStore } from ${JSON.stringify(new URL('./sqlite.ts', import.meta.url).href)}
    createSessions({ store: sqliteStore(process.env.DB), sweepInterval: '1s' })
  `
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, DB: freshFile() },
  })
  const [code] = await once(child, 'exit')
  assert.equal(code, 0)
})
