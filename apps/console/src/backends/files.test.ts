import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { recordedLog } from '../../test/support/log.ts'
import { openBackends } from './backends.ts'
import { openFile } from './files.ts'

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-files-'))
  // What most machines give a process.
  const before = process.umask(0o022)
  t.after(() => {
    process.umask(before)
    rmSync(folder, { recursive: true })
  })
  return folder
}

const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8)

/** A console's data and sessions, in two files of one folder. */
async function opened(t: TestContext, folder: string) {
  const { log, logged } = recordedLog()
  const path = join(folder, 'console.sqlite')
  const sessions = { kind: 'sqlite', path: join(folder, 'sessions.sqlite') } as const
  const backends = await openBackends(
    { database: { kind: 'sqlite', path, variable: 'LATCHKEY_DATA' }, sessions },
    log,
  )
  t.after(async () => {
    await backends.store.close?.()
    await backends.close()
  })
  // Makes the files beside the others.
  await backends.database.query("INSERT INTO console_events (kind, at) VALUES ('x', 1)")
  return { logged }
}

const modesIn = (folder: string) =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, modeOf(join(folder, name))]))

const own = {
  'console.sqlite': '600',
  'console.sqlite-shm': '600',
  'console.sqlite-wal': '600',
  'sessions.sqlite': '600',
  'sessions.sqlite-shm': '600',
  'sessions.sqlite-wal': '600',
}

test('the files of data and sessions are for their user alone, and so is the folder that is made for them', async (t) => {
  const parent = folderOf(t)
  const folder = join(parent, 'made', 'data')
  const { logged } = await opened(t, folder)
  assert.deepEqual(modesIn(folder), own)
  assert.deepEqual([modeOf(folder), modeOf(join(parent, 'made'))], ['700', '700'])
  assert.equal(logged(), '')
})

test('a file is there with its mode before SQLite opens it', (t) => {
  const path = join(folderOf(t), 'console.sqlite')
  const { log } = recordedLog()
  assert.equal(openFile('LATCHKEY_DATA', path, log, modeOf), '600')
})

test('files that others could read are tightened, with a line in the log; their folder is left alone', async (t) => {
  const folder = join(folderOf(t), 'shared')
  mkdirSync(folder, { mode: 0o755 })
  const names = ['console.sqlite', 'console.sqlite-wal', 'sessions.sqlite']
  for (const name of names) writeFileSync(join(folder, name), '', { mode: 0o644 })
  const { logged } = await opened(t, folder)
  assert.deepEqual(modesIn(folder), own)
  assert.equal(modeOf(folder), '755')
  assert.deepEqual(
    [
      ...logged().matchAll(/"file":"[^"]*?([^"/]+)","mode":"0644","msg":"others on this machine could read/g),
    ].map(([, name]) => name),
    names,
  )
})

test('a folder in which others may replace the files is worth a line, unless it is like /tmp', async (t) => {
  const folder = join(folderOf(t), 'open')
  mkdirSync(folder)
  for (const [mode, said] of [
    [0o777, true],
    [0o770, true],
    [0o1777, false],
    [0o755, false],
  ] as const) {
    chmodSync(folder, mode)
    const { log, logged } = recordedLog()
    openFile('LATCHKEY_DATA', join(folder, 'console.sqlite'), log, () => null)
    assert.equal(/others on this machine can replace/.test(logged()), said, mode.toString(8))
  }
})

test('a database in memory is no file', (t) => {
  const folder = folderOf(t)
  const before = process.cwd()
  process.chdir(folder)
  t.after(() => process.chdir(before))
  openFile('DATABASE_URL', ':memory:', recordedLog().log, () => null)
  assert.equal(existsSync(join(folder, ':memory:')), false)
})

test('a file that cannot be opened is said in one line', (t) => {
  const folder = folderOf(t)
  assert.throws(() => openFile('LATCHKEY_DATA', folder, recordedLog().log, () => null), {
    message: /^Cannot open the data \(EISDIR[^\n]*LATCHKEY_DATA=file npm start$/,
  })
})
