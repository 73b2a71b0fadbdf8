import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { createSessions } from '../../create-sessions.ts'
import { migrateSqlite } from '../../migrate/sqlite.ts'
import type { SessionStore } from '../../store.ts'
import { testBrowser } from '../../testing/index.ts'
import { sampleRecord } from '../../testing/laws/record-laws.ts'
import { databaseFile } from './file.ts'
import { sqliteStore } from './sqlite.ts'

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-sqlite-'))
  const umask = process.umask(0)
  t.after(() => {
    process.umask(umask)
    rmSync(folder, { recursive: true })
  })
  return folder
}

const modes = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder).map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)]),
  )

test('nobody else on the machine can read the file, nor those that SQLite puts beside it', async (t) => {
  const folder = folderFor(t)
  const store = sqliteStore(join(folder, 's'))
  await store.create(sampleRecord())
  assert.deepEqual(modes(folder), { s: '600', 's-shm': '600', 's-wal': '600' })
  migrateSqlite(join(folder, 'm'))
  migrateSqlite(pathToFileURL(join(folder, 'n')).href)
  assert.deepEqual([modes(folder).m, modes(folder).n], ['600', '600'])
  await store.close?.()
})

test('a file that is there keeps its mode', async (t) => {
  const folder = folderFor(t)
  writeFileSync(join(folder, 's'), '', { mode: 0o640 })
  writeFileSync(join(folder, 'm'), '', { mode: 0o640 })
  const store = sqliteStore(join(folder, 's'))
  await store.create(sampleRecord())
  migrateSqlite(join(folder, 'm'))
  assert.deepEqual(modes(folder), { s: '640', 's-shm': '640', 's-wal': '640', m: '640' })
  await store.close?.()
})

test('which file a name stands for', () => {
  const here = (name: string) => join(process.cwd(), name)
  const cases: readonly (readonly [string, string | null])[] = [
    ['s.sqlite', here('s.sqlite')],
    ['/data/s.sqlite', '/data/s.sqlite'],
    [':memory:', null],
    ['file::memory:?cache=shared', null],
    ['file:s?mode=memory', null],
    ['file:s.sqlite?mode=rw', here('s.sqlite')],
    ['file:///data/a%20b.sqlite', '/data/a b.sqlite'],
  ]
  for (const [path, file] of cases) assert.equal(databaseFile(path), file, path)
})

test('no name is refused: SQLite would take it for a database that is gone with the process', () => {
  for (const path of ['', ' ', undefined])
    assert.throws(() => sqliteStore(path as string), { code: 'config_invalid' }, String(path))
  assert.throws(() => sqliteStore({ path: '' }), { code: 'config_invalid' })
})

/** Two servers on one file, and a second that passes when the test says so. */
function servers(t: TestContext) {
  const path = join(folderFor(t), 's.sqlite')
  let time = 0
  t.mock.method(performance, 'now', () => time)
  const start = () => {
    const store = sqliteStore(path)
    t.after(() => store.close?.())
    return store
  }
  const remove = () => {
    for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true })
  }
  const pass = () => {
    time += 1000
  }
  return { path, start, remove, pass }
}

const isGone = { code: 'store_unavailable', message: /was removed or renamed/ }

test('where the file is gone, nobody is let in or signed out, and the error says why', async (t) => {
  const { start, remove, pass } = servers(t)
  const store = start()
  const sessions = createSessions({ store, sweepInterval: false })
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.login('alice')
  visit.respond()
  remove()
  pass()
  for (let n = 0; n < 2; n++) await assert.rejects(browser.visit(sessions), isGone)
  await assert.rejects(sessions.revokeAll(), isGone)
  assert.equal((await testBrowser().visit(sessions)).session.userId, null)
})

test('what another process ends in a file that took its place is ended here, within a second', async (t) => {
  const { start, remove, pass } = servers(t)
  const [first, record] = [start(), sampleRecord({ userId: 'alice' })]
  await first.create(record)
  remove()
  const second = start()
  assert.notEqual(await first.read(record.sid), null, 'it is looked at once a second')
  pass()
  assert.equal(await first.read(record.sid), null)
  const next = sampleRecord({ userId: 'alice' })
  await first.create(next)
  assert.deepEqual(await second.read(next.sid), next)
  await second.delete(next.sid)
  assert.equal(await first.read(next.sid), null)
})

test('a file that comes back under its name is the same as before', async (t) => {
  const { path, start, pass } = servers(t)
  const [store, record] = [start(), sampleRecord()]
  await store.create(record)
  renameSync(path, `${path}.away`)
  pass()
  await assert.rejects(async () => store.read(record.sid), isGone)
  renameSync(`${path}.away`, path)
  assert.deepEqual(await store.read(record.sid), record)
})

test('a process that changes its directory keeps its file', async (t) => {
  const folder = folderFor(t)
  const before = process.cwd()
  t.after(() => process.chdir(before))
  process.chdir(folder)
  let time = 0
  t.mock.method(performance, 'now', () => time)
  const store: SessionStore = sqliteStore('s.sqlite')
  t.after(() => store.close?.())
  process.chdir(before)
  time = 1000
  await store.create(sampleRecord())
})
