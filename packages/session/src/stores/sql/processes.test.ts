import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { until } from '../../../../../servers/until.ts'
import type { SessionRecord } from '../../store.ts'
import { sampleRecord } from '../../testing/laws/record-laws.ts'
import { bothDatabases, type TestDatabase } from './sql.test-helper.ts'

/** Where the scripts of other processes find things. */
const at = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)
const opening = {
  postgres: `
    import pg from 'pg'
    import { postgresStore } from ${at('../postgres/postgres.ts')}
    const client = new pg.Pool({ connectionString: process.env.DB, max: 5 })
    const store = postgresStore(client, { table: process.env.TABLE })`,
  mysql: `
    import mysql from 'mysql2/promise'
    import { mysqlStore } from ${at('../mysql/mysql.ts')}
    const client = mysql.createPool({ uri: process.env.DB, connectionLimit: 5 })
    const store = mysqlStore(client, { table: process.env.TABLE })`,
}

function start({ name, url, table }: TestDatabase<unknown>, script: string, more: NodeJS.ProcessEnv) {
  const env = { ...process.env, DB: url, TABLE: table, ...more }
  const child = spawn(process.execPath, ['--input-type=module', '-e', opening[name] + script], {
    env,
    // Where the drivers are found.
    cwd: new URL('.', import.meta.url),
  })
  return { child, errors: text(child.stderr) }
}

const writing = `
  process.stdout.write('ready')
  await new Promise((resolve) => process.stdin.once('data', resolve))
  for (let n = 0; n < 50; ) {
    const { rev, data } = await store.read(process.env.COUNTED)
    const count = String(Number(data.count ?? 0) + 1)
    if (await store.update(process.env.COUNTED, { set: { count }, guard: { rev } })) n++
    if (await store.update(process.env.ENDED, { set: { late: '1' } })) throw new Error('revived')
  }
  await store.update(process.env.COUNTED, { set: { [process.env.NAME]: '1' } })
  await client.end()
  process.exit(0)
`

const signingIn = `
  import { createSessions } from ${at('../../index.ts')}
  import { testBrowser } from ${at('../../testing/browser.ts')}
  const sessions = createSessions({ store, sweepInterval: false })
  const tell = (what, sid) => process.stdout.write(what + ' ' + sid + '\\n')
  await Promise.all(Array.from({ length: 4 }, async (_, who) => {
    for (let n = 0; ; n++) {
      const browser = testBrowser()
      const visit = await browser.visit(sessions)
      await visit.session.set('step', n)
      const user = 'user' + (who % 2)
      await visit.session.login(user)
      tell('in', visit.session.sid)
      await visit.session.set({ step: n, more: 'x'.repeat(5000) })
      await visit.session.regenerate()
      if (n % 2) continue
      const { sid } = visit.session
      tell('leaving', sid)
      await visit.session.logout()
      tell('out', sid)
    }
  }))
`

for (const database of await bothDatabases()) {
  const { name } = database

  test(`${name}: several processes on one table lose no write and revive nothing`, async () => {
    const store = database.store()
    const [counted, ended] = [sampleRecord(), sampleRecord()]
    await store.create(counted)
    await store.create(ended)
    const workers = ['p0', 'p1', 'p2', 'p3'].map((name) =>
      start(database, writing, { COUNTED: counted.sid, ENDED: ended.sid, NAME: name }),
    )
    await Promise.all(workers.map(({ child }) => once(child.stdout, 'data')))
    await store.delete(ended.sid)
    for (const { child } of workers) child.stdin.write('go')
    for (const { child, errors } of workers) {
      const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode]
      assert.equal(code, 0, await errors)
    }
    const seen = await store.read(counted.sid)
    assert.equal(seen?.data.count, '200')
    assert.deepEqual(Object.keys(seen?.data ?? {}).sort(), ['count', 'p0', 'p1', 'p2', 'p3'])
    assert.equal(await store.read(ended.sid), null)
  })

  test(`${name}: a process killed in the middle leaves no half of anything`, async () => {
    await database.empty()
    const store = database.store()
    for (const moment of [20, 45, 90]) {
      const { child, errors } = start(database, signingIn, {})
      const told: string[] = []
      for await (const line of createInterface(child.stdout)) {
        told.push(line)
        if (told.length === moment) child.kill('SIGKILL')
      }
      assert.ok(told.length >= moment, await errors)
      await assertWhole(database, told)
    }
    const rows = await database.query(`SELECT COUNT(*) AS count FROM ${database.table}`)
    assert.equal(await store.deleteAll(), Number(rows[0]?.count))
  })
}

/** What was answered is so, and the index by user is that of the records. */
async function assertWhole(database: TestDatabase<unknown>, told: readonly string[]): Promise<void> {
  const sidsTold = (what: string) =>
    new Set(told.filter((line) => line.startsWith(`${what} `)).map((line) => line.slice(what.length + 1)))
  const [signedIn, leaving, out] = [sidsTold('in'), sidsTold('leaving'), sidsTold('out')]
  let listed: SessionRecord[] = []
  // The server may still be at what the dead process asked for last.
  await until('the lists agree with the records', async () => {
    const { list } = database.store()
    listed = (await Promise.all(['user0', 'user1'].map((user) => list(user)))).flat().sort(bySid)
    return isDeepStrictEqual(listed, await owned(database))
  })
  const sids = new Set(listed.map(({ sid }) => sid))
  for (const { data } of listed) assert.ok('step' in data)
  for (const sid of signedIn)
    if (!leaving.has(sid)) assert.ok(sids.has(sid), 'a login was answered and is gone')
  for (const sid of out) assert.ok(!sids.has(sid), 'a logout was answered and is undone')
}

/** Every record that has a user, found without the index. */
async function owned({ name, query, table, store }: TestDatabase<unknown>): Promise<SessionRecord[]> {
  const column = name === 'mysql' ? 'CONVERT(sid USING utf8mb4)' : 'sid'
  const rows = await query(`SELECT ${column} AS sid FROM ${table} WHERE user_id IS NOT NULL`)
  const { read } = store()
  const records = await Promise.all(rows.map(({ sid }) => read(String(sid))))
  return records.filter((record) => record !== null).sort(bySid)
}

const bySid = (a: SessionRecord, b: SessionRecord) => (a.sid < b.sid ? -1 : 1)
