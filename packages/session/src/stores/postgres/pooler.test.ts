import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import pg from 'pg'
import { startPgbouncer } from '../../../../../servers/pgbouncer.ts'
import { startPostgres } from '../../../../../servers/postgres.ts'
import { until } from '../../../../../servers/until.ts'
import { storeLaws } from '../../testing/index.ts'
import { sampleRecord } from '../../testing/laws/record-laws.ts'
import { cached } from '../cached/cached.ts'
import { migratePostgres, type PostgresStoreOptions, postgresStore } from './postgres.ts'

// PgBouncer hands each transaction to whatever connection is free. That of Debian 12 keeps no prepared statements.
const server = await startPostgres()
const pooler = await startPgbouncer({ server })
const pool = new pg.Pool({ connectionString: pooler.url })
await migratePostgres(pool)
after(async () => {
  await pool.end()
  await pooler.stop()
  await server.stop()
})

const listen = () => new pg.Client({ connectionString: server.url })

const emptied = async () => {
  await pool.query('DELETE FROM latchkey_sessions')
  return postgresStore(pool, { announce: true, listen })
}
for (const law of storeLaws(emptied, { announces: true })) test(law.name, law.run)

test('many requests at once lose no statement, whatever connection each comes to', async () => {
  const store = postgresStore(pool)
  const records = Array.from({ length: 200 }, () => sampleRecord({ userId: 'crowd' }))
  await Promise.all(records.map((record) => store.create(record)))
  const writes = records.map(({ sid }) => store.update(sid, { set: { a: '1' } }))
  const reads = await Promise.all(records.map(({ sid }) => store.read(sid)))
  assert.deepEqual(
    reads.map((record) => record?.sid),
    records.map(({ sid }) => sid),
  )
  assert.ok((await Promise.all(writes)).every(Boolean))
})

test('a near cache that listens through the pooler says so and keeps nothing; straight to the server it does', async () => {
  const warnings: string[] = []
  const near = (options: PostgresStoreOptions) =>
    cached(postgresStore(pool, { announce: true, ...options }), {
      maxStale: '1h',
      heartbeat: 20,
      warn: (message) => warnings.push(message),
    })
  const record = sampleRecord()
  await postgresStore(pool).create(record)
  const deaf = near({})
  await until('it has told', () => warnings.length > 0)
  await deaf.read(record.sid)
  assert.deepEqual([deaf.stats().heard, deaf.stats().entries], [false, 0])
  await deaf.close?.()
  const hearing = near({ listen })
  await until('it is heard', () => hearing.stats().heard === true)
  await hearing.close?.()
  assert.equal(warnings.length, 1)
})
