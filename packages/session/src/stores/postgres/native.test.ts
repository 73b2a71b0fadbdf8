import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import pg from 'pg'
import { startPostgres } from '../../../../../servers/postgres.ts'
import { until } from '../../../../../servers/until.ts'
import type { StoreEvent } from '../../store.ts'
import { storeLaws } from '../../testing/index.ts'
import { sampleRecord } from '../../testing/laws/record-laws.ts'
import { postgresDatabase } from '../sql/sql.test-helper.ts'
import { nativeModes } from './modes.test-helper.ts'
import { buildNative } from './native.test-helper.ts'
import { migratePostgres, postgresStore } from './postgres.ts'

const database = await postgresDatabase()
const { table } = database
process.env.NODE_PG_FORCE_NATIVE = '1'
const built = await buildNative()
after(() => built.remove())
const { native } = built.pg
assert.ok(native)

test('NODE_PG_FORCE_NATIVE and pg.native are clients of libpq, and pg as it is installed here is none', () => {
  for (const { Client } of [built.pg, native]) assert.ok('native' in new Client())
  assert.ok(!('native' in new pg.Client()))
})

/** A store by a mode whose client is given back after the tests. */
function storeBy(name: string) {
  const { options, connect } = nativeModes(built.pg)[name] ?? assert.fail()
  const mode = connect(database.url)
  after(async () => (await mode).close())
  return async () => postgresStore((await mode).client, { table, ...options })
}

// All of them: npm run stores -- --native
const announcing = storeBy('native Pool, announcing')
const emptied = async () => {
  await database.empty()
  return announcing()
}
for (const law of storeLaws(emptied, { announces: true })) test(`native Pool: ${law.name}`, law.run)

const single = storeBy('native Client')
test('a lone Client of libpq takes one statement after the other', async () => {
  await database.empty()
  const store = await single()
  const records = Array.from({ length: 20 }, () => sampleRecord({ userId: 'lone', data: { a: '1' } }))
  await Promise.all(records.map((record) => store.create(record)))
  assert.deepEqual(await Promise.all(records.map(({ sid }) => store.read(sid))), records)
  assert.equal(await store.deleteAll(), records.length)
})

test('a listening client of libpq outlives its server, and is given back while it connects', async (t) => {
  const server = await startPostgres()
  const pool = new native.Pool({ connectionString: server.url })
  const store = postgresStore(pool, { announce: true })
  t.after(async () => {
    await store.close?.()
    await pool.end()
    await server.stop()
  })
  await migratePostgres(pool)
  const heard: string[] = []
  const hear = ({ type }: StoreEvent) => void heard.push(type)
  for (let time = 0; time < 5; time++) await store.subscribe?.(hear).close()
  assert.deepEqual(heard, [])
  store.subscribe?.(hear)
  await until('it listens', () => heard.length === 1)
  await server.restart()
  await until('it listens again', () => heard.length === 3)
  assert.deepEqual(heard, ['listening', 'lost', 'listening'])
})
