import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { Client } from 'pg'
import { assertPauses } from './pausing.ts'
import { isFree } from './ports.ts'
import { type PostgresOptions, type PostgresServer, sharedMemoryId, startPostgres } from './postgres.ts'
import { processes } from './process-tree.ts'

async function start(t: TestContext, options?: PostgresOptions) {
  const server = await startPostgres(options)
  t.after(() => server.stop())
  return server
}

async function connect(t: TestContext, url: string) {
  const client = new Client(url)
  client.on('error', () => {})
  await client.connect()
  t.after(() => client.end())
  return client
}

async function evaluate(client: Client, expression: string): Promise<unknown> {
  const { rows } = await client.query(`SELECT ${expression} AS value`)
  return rows[0]?.value
}

test('PostgreSQL has its settings, keeps its data at a kill, and leaves nothing behind', async (t) => {
  const server = await start(t, { settings: { max_connections: '17' } })
  const client = await connect(t, server.url)
  assert.equal(await evaluate(client, "current_setting('max_connections')"), '17')
  assert.equal(await evaluate(client, "current_setting('fsync')"), 'off')
  assert.equal(await evaluate(client, "current_setting('server_encoding')"), 'UTF8')
  await client.query('CREATE TABLE kept AS SELECT 42 AS n')
  await server.kill()
  await assert.rejects(connect(t, server.url), { code: 'ECONNREFUSED' })
  await server.restart()
  assert.equal(await evaluate(await connect(t, server.url), '(SELECT n FROM kept)'), 42)
  const { pid } = server
  await server.stop()
  assert.ok(await isFree(server.port))
  assert.ok(!existsSync(server.folder))
  assert.ok(!processes().some((running) => running.pid === pid || running.title.includes(server.folder)))
})

test('a paused PostgreSQL answers open and new connections once it is resumed', async (t) => {
  const server = await start(t)
  const client = await connect(t, server.url)
  await assertPauses(server, () => client.query('SELECT 1'))
  await assertPauses(server, () => connect(t, server.url))
  await server.pause()
  await server.restart()
  await connect(t, server.url)
  await server.pause()
  await server.stop()
  assert.ok(await isFree(server.port))
})

for (const [ending, end] of [
  ['stopped', async () => {}],
  ['killed', (server: PostgresServer) => server.kill()],
] as const) {
  test(`a ${ending} PostgreSQL leaves no shared memory in the system`, async (t) => {
    const server = await start(t)
    const id = await sharedMemoryId(server.folder)
    assert.ok(id && isSegment(id))
    await end(server)
    await server.stop()
    assert.ok(!isSegment(id))
  })
}

function isSegment(id: string): boolean {
  return spawnSync('ipcs', ['-m', '-i', id], { encoding: 'utf8' }).stdout.includes('shmid')
}

test('what keeps PostgreSQL from starting is said', async (t) => {
  await assert.rejects(start(t, { settings: { max_connections: 'many' } }), /max_connections.*many/s)
})
