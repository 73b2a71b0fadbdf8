import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { Client } from 'pg'
import { startPgbouncer } from './pgbouncer.ts'
import { isFree } from './ports.ts'
import { startPostgres } from './postgres.ts'

async function ask(url: string): Promise<unknown> {
  const client = new Client(url)
  await client.connect()
  try {
    return (await client.query('SELECT 1 AS one')).rows[0].one
  } finally {
    await client.end()
  }
}

test('PgBouncer leads to its PostgreSQL, also after a kill, and leaves nothing behind', async (t) => {
  const server = await startPostgres()
  t.after(() => server.stop())
  const pooler = await startPgbouncer({ server })
  t.after(() => pooler.stop())
  assert.equal(await ask(pooler.url), 1)
  await pooler.kill()
  await assert.rejects(ask(pooler.url), { code: 'ECONNREFUSED' })
  await pooler.restart()
  assert.equal(await ask(pooler.url), 1)
  await pooler.stop()
  assert.ok(await isFree(pooler.port))
  assert.ok(!existsSync(pooler.folder))
})
