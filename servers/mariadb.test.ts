import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { type MariadbOptions, startMariadb } from './mariadb.ts'
import { assertPauses } from './pausing.ts'
import { isFree } from './ports.ts'

async function start(t: TestContext, options?: MariadbOptions) {
  const server = await startMariadb(options)
  t.after(() => server.stop())
  return server
}

async function connect(t: TestContext, url: string) {
  const connection = await createConnection(url)
  connection.on('error', () => {})
  t.after(() => connection.destroy())
  return connection
}

async function evaluate(
  connection: Awaited<ReturnType<typeof connect>>,
  expression: string,
): Promise<unknown> {
  const [rows] = await connection.query<RowDataPacket[]>(`SELECT ${expression} AS value`)
  return rows[0]?.value
}

test('MariaDB has its settings, keeps its data at a kill, and leaves nothing behind', async (t) => {
  const server = await start(t, { settings: { 'max-connections': '17' } })
  const connection = await connect(t, server.url)
  assert.equal(await evaluate(connection, '@@max_connections'), 17)
  assert.equal(await evaluate(connection, '@@character_set_server'), 'utf8mb4')
  assert.equal(await evaluate(connection, 'DATABASE()'), 'latchkey')
  await connection.query('CREATE TABLE kept AS SELECT 42 AS n')
  await connection.query('UPDATE kept SET n = 43')
  await server.kill()
  await assert.rejects(connect(t, server.url), { code: 'ECONNREFUSED' })
  await server.restart()
  assert.equal(await evaluate(await connect(t, server.url), '(SELECT n FROM kept)'), 43)
  await server.stop()
  assert.ok(await isFree(server.port))
  assert.ok(!existsSync(server.folder))
})

test('a paused MariaDB answers once it is resumed', async (t) => {
  const server = await start(t)
  const connection = await connect(t, server.url)
  await assertPauses(server, () => connection.query('SELECT 1'))
  await assertPauses(server, () => connect(t, server.url))
  await server.pause()
  await server.stop()
  assert.ok(await isFree(server.port))
})

test('what keeps MariaDB from starting is said', async (t) => {
  await assert.rejects(start(t, { settings: { nonsense: 'on' } }), /nonsense/)
})
