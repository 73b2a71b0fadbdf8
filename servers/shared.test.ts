import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createConnection } from 'mysql2/promise'
import { Client } from 'pg'
import { createClient } from 'redis'
import { sharedMysql, sharedPostgres, sharedRedis, urlVariables } from './shared.ts'

test('the shared servers answer', async () => {
  const redis = createClient({ url: await sharedRedis() })
  await redis.connect()
  assert.equal(await redis.ping(), 'PONG')
  redis.destroy()
  const postgres = new Client(await sharedPostgres())
  await postgres.connect()
  await postgres.query('SELECT 1')
  await postgres.end()
  const mysql = await createConnection(await sharedMysql())
  await mysql.query('SELECT 1')
  await mysql.end()
})

for (const [shared, variable] of [
  [sharedRedis, urlVariables.redis],
  [sharedPostgres, urlVariables.postgres],
  [sharedMysql, urlVariables.mysql],
] as const) {
  test(`${variable} names another server`, async (t) => {
    const before = process.env[variable]
    t.after(() => {
      if (before === undefined) delete process.env[variable]
      else process.env[variable] = before
    })
    process.env[variable] = 'scheme://elsewhere'
    assert.equal(await shared(), 'scheme://elsewhere')
  })
}
