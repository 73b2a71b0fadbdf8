import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { mysqlDatabase, ownTable, postgresDatabase } from '../stores/sql/sql.test-helper.ts'
import { sqliteStore } from '../stores/sqlite/sqlite.ts'

const cli = fileURLToPath(new URL('cli.ts', import.meta.url))
const project = fileURLToPath(new URL('.', import.meta.url))
const folder = await mkdtemp(join(tmpdir(), 'latchkey-migrate-'))
after(() => rm(folder, { recursive: true }))

interface Ran {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

async function run(
  args: readonly string[],
  { env = {}, cwd = project }: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<Ran> {
  const { PATH, NODE_COMPILE_CACHE } = process.env
  const child = spawn(process.execPath, [cli, ...args], {
    cwd,
    env: { PATH, NODE_COMPILE_CACHE, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [[status], stdout, stderr] = await Promise.all([
    once(child, 'exit'),
    text(child.stdout),
    text(child.stderr),
  ])
  return { status, stdout, stderr }
}

const databases = { postgres: await postgresDatabase(), mysql: await mysqlDatabase() }
const password = 'hunter2-very%20secret'

for (const [name, { url, query, store: _ }] of Object.entries(databases)) {
  test(`${name}: five processes at once make the table once, and a later one finds it`, async () => {
    const table = ownTable()
    const args = [name, '--url', url, '--table', table]
    const all = await Promise.all([1, 2, 3, 4, 5].map(() => run(args)))
    assert.deepEqual(
      all.map(({ status, stderr }) => [status, stderr]),
      Array(5).fill([0, '']),
    )
    const said = all.map(({ stdout }) => stdout).sort()
    assert.deepEqual(said, [
      `${name}: no table -> version 1\n`,
      ...Array(4).fill(`${name}: up to date, version 1\n`),
    ])
    await query(`INSERT INTO ${table}_schema (version) VALUES (7)`)
    const newer = await run([name, '--table', table], { env: { DATABASE_URL: url } })
    assert.deepEqual([newer.status, newer.stdout], [1, ''])
    assert.match(newer.stderr, /^latchkey-migrate: .*version 7.*Update Latchkey\.\n$/)
    await query(`DROP TABLE ${table}, ${table}_schema`)
  })

  test(`${name}: the password is in no message`, async () => {
    const { protocol, port } = new URL(url)
    const urls = [
      `${protocol}//me:${password}@127.0.0.1:1/nowhere`,
      `${protocol}//me:${password}@127.0.0.1:${port}/nowhere`,
      `${protocol}//me:${password}@127.0.0.1:99999/nowhere`,
    ]
    for (const url of urls) {
      const { status, stdout, stderr } = await run([name, '--url', url])
      assert.ok(status === 1 || status === 2)
      assert.equal(stdout, '')
      assert.match(stderr, /^latchkey-migrate: [^\n]+\n$/, 'one line')
      assert.ok(!stderr.includes('hunter2'))
    }
  })
}

test('--print writes the SQL and needs neither database nor driver', async () => {
  const postgres = await run(['postgres', '--print', '--table', 'a"b', '--schema', 'S'], { cwd: folder })
  assert.equal(postgres.status, 0)
  assert.match(postgres.stdout, /^BEGIN;\nCREATE TABLE "S"\."a""b" \([^;]+;\n[\s\S]*COMMIT;\n$/)
  const mysql = await run(['mysql', '--print'], { cwd: folder })
  assert.match(mysql.stdout, /^CREATE TABLE IF NOT EXISTS `latchkey_sessions` \(/)
  const sqlite = await run(['sqlite', '--print'], { cwd: folder })
  const pasted = new DatabaseSync(join(folder, 'pasted.sqlite'))
  pasted.exec(sqlite.stdout)
  pasted.close()
  await sqliteStore(join(folder, 'pasted.sqlite')).close?.()
  for (const { stderr } of [postgres, mysql, sqlite]) assert.equal(stderr, '')
})

test('sqlite: makes the file, finds it, and refuses a newer one', async () => {
  const path = join(folder, 'sessions.sqlite')
  assert.equal((await run(['sqlite', '--url', path])).stdout, 'sqlite: no table -> version 1\n')
  const again = await run(['sqlite'], { env: { DATABASE_URL: `file://${path}` } })
  assert.deepEqual([again.status, again.stdout], [0, 'sqlite: up to date, version 1\n'])
  const database = new DatabaseSync(path)
  database.exec('UPDATE latchkey_schema SET version = 99')
  database.close()
  const newer = await run(['sqlite', '--url', path])
  assert.equal(newer.status, 1)
  assert.match(newer.stderr, /version 99/)
})

test('a driver that the project lacks is named', async () => {
  for (const [database, driver] of [
    ['postgres', 'pg'],
    ['mysql', 'mysql2'],
  ] as const) {
    const { status, stderr } = await run([database, '--url', databases[database].url], { cwd: folder })
    assert.equal(status, 1)
    assert.equal(
      stderr,
      `latchkey-migrate: the package ${driver} is missing: run npm install ${driver} in your project\n`,
    )
  }
})

test('wrong use: exit code 2, one line that says what to do and repeats no value', async () => {
  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /say one database/],
    [['oracle'], /say one database/],
    [['postgres', 'mysql'], /say one database/],
    [['postgres'], /--url, or DATABASE_URL/],
    [['postgres', '--url', `mysql://u:${password}@h/d`], /begins with postgres:\/\//],
    [['postgres', '--url', password], /begins with postgres:\/\//],
    [['sqlite', '--url', `postgres://u:${password}@h/d`], /begins with file:\/\//],
    [['sqlite', '--url', 'x.sqlite', '--table', 't'], /--table and --schema/],
    [['postgres', '--print', '--table', ''], /table: /],
    [['postgres', `--passwort=${password}`], /--passwort/],
    [['postgres', '--url'], /--url/],
  ]
  for (const [args, about] of wrong) {
    const { status, stdout, stderr } = await run(args)
    assert.deepEqual([status, stdout], [2, ''], args.join(' '))
    assert.match(stderr, about)
    assert.match(stderr, /^latchkey-migrate: [^\n]+\n$/)
    assert.ok(!stderr.includes('hunter2'))
  }
  const help = await run(['--help'])
  assert.deepEqual([help.status, help.stderr], [0, ''])
  assert.match(help.stdout, /Exit codes/)
})
