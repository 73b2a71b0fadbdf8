import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { until } from '../../../../../servers/until.ts'
import { isSessionError } from '../../errors.ts'
import { storeLaws } from '../../testing/index.ts'
import { sampleRecord } from '../../testing/laws/record-laws.ts'
import { postgresDatabase } from '../sql/sql.test-helper.ts'
import { postgresModes } from './modes.test-helper.ts'
import { migratePostgres, type PostgresClient, postgresMigrations, postgresStore } from './postgres.ts'

const database = await postgresDatabase()
const { table, pool } = database
const client = new pg.Client({ connectionString: database.url })
await client.connect()
after(() => client.end())

for (const [name, { options, connect }] of Object.entries(postgresModes)) {
  const mode = connect(database.url)
  after(async () => (await mode).close())
  const laws = storeLaws(
    async () => {
      await database.empty()
      return postgresStore((await mode).client, { table, ...options })
    },
    { announces: options.announce ?? false },
  )
  for (const law of laws) test(`${name}: ${law.name}`, law.run)
}

const isMistaken = (about: RegExp) => (error: unknown) =>
  isSessionError(error) && error.code === 'config_invalid' && about.test(error.message)

test('what is no client of pg, and options that do not exist, are refused with what to write', async () => {
  const others = mysql.createPool({})
  for (const wrong of [undefined, null, 'postgres://host/db', {}, { query() {} }, () => [], others]) {
    assert.throws(() => postgresStore(wrong as never), isMistaken(/postgresStore\(new Pool/))
  }
  await others.end()
  assert.throws(() => postgresStore(client, { tabel: 'x' } as never), isMistaken(/no option tabel/))
})

test('the real Pool and Client are what the types ask for', () => {
  const types: PostgresClient[] = [pool, client]
  for (const each of types) assert.equal(typeof postgresStore(each).read, 'function')
})

/** A client that counts its statements. */
function counting(): { client: PostgresClient; texts: string[] } {
  const texts: string[] = []
  const query: PostgresClient['query'] = (statement) => {
    texts.push(statement.text)
    return pool.query(statement)
  }
  return { client: Object.assign(Object.create(pool), { query }), texts }
}

test('every operation on a record is one statement, after one check of the version', async () => {
  for (const announce of [false, true]) {
    const { client, texts } = counting()
    const store = postgresStore(client, { table, announce })
    const record = sampleRecord({ userId: 'u' })
    await Promise.all([store.read(record.sid), store.read(record.sid)])
    assert.equal(texts.length, 2 + 2, 'two reads, and where the version is and what it is')
    texts.length = 0
    await store.create(record)
    await store.read(record.sid)
    await store.update(record.sid, {
      fields: { userId: 'v' },
      set: { a: '1' },
      unset: ['b'],
      guard: { rev: 0 },
    })
    await store.list('v')
    await store.delete(record.sid, { rev: 1 })
    await store.deleteAll()
    assert.equal(texts.length, 6)
  }
})

test('two stores on one connection prepare under different names, and prepare: false prepares nothing', async () => {
  const one = new pg.Client({ connectionString: database.url })
  await one.connect()
  const names = async () =>
    (await one.query("SELECT name FROM pg_prepared_statements WHERE name LIKE 'latchkey%'")).rows.length
  const record = sampleRecord()
  await postgresStore(one, { table, prepare: false }).read(record.sid)
  assert.equal(await names(), 0)
  const stores = [postgresStore(one, { table }), postgresStore(one, { table, schema: 'public' })]
  for (const store of stores) await store.read(record.sid)
  for (const store of stores) await store.read(record.sid)
  assert.equal(await names(), 2)
  await one.end()
})

test('a connection that lost its prepared statements is given whole ones from then on', async () => {
  const one = new pg.Client({ connectionString: database.url })
  await one.connect()
  const store = postgresStore(one, { table })
  const record = sampleRecord()
  await store.create(record)
  await store.read(record.sid)
  await one.query('DEALLOCATE ALL')
  assert.deepEqual(await store.read(record.sid), record)
  assert.equal(await store.delete(record.sid), true)
  assert.equal((await one.query('SELECT name FROM pg_prepared_statements')).rows.length, 0)
  await one.end()
})

test('the application’s own parsers of types change nothing', async () => {
  const odd = new pg.Pool({
    connectionString: database.url,
    types: { getTypeParser: () => () => 'odd' },
  })
  const record = sampleRecord({ userId: 'u', data: { a: '1' } })
  const store = postgresStore(odd, { table })
  await store.create(record)
  assert.deepEqual(await store.read(record.sid), record)
  assert.deepEqual(await store.list('u'), [record])
  await odd.end()
})

test('what the client makes of text is never taken for broken data, which would end the session', async () => {
  const record = sampleRecord({ userId: 'misread', data: { a: '1' } })
  await postgresStore(pool, { table }).create(record)
  const misreadings: ((text: string) => unknown)[] = [
    (text) => Buffer.from(text),
    (text) => JSON.parse(text),
    (text) => `\u0001${text}`,
    () => null,
  ]
  for (const misread of misreadings) {
    const query: PostgresClient['query'] = async (statement) => {
      const { rows, rowCount } = await pool.query(statement)
      const isRecord = statement.text.includes('json_build_array')
      const misreadRow = (row: string[]) => row.map((text) => (text === record.sid ? text : misread(text)))
      return { rowCount, rows: isRecord ? rows.map(misreadRow) : rows }
    }
    const store = postgresStore(Object.assign(Object.create(pool), { query }), { table })
    const unavailable = (error: unknown) => isSessionError(error) && error.code === 'store_unavailable'
    await assert.rejects(async () => (await store.read(record.sid))?.data, unavailable)
    await assert.rejects(store.list('misread'), unavailable)
  }
})

test('a database or a connection that cannot carry all text is refused at the start', async (t) => {
  const name = `${table}_latin`
  await database.query(`CREATE DATABASE ${name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`)
  const url = new URL(database.url)
  url.pathname = name
  const narrow = new pg.Pool({ connectionString: url.href })
  const speaking = new pg.Client({ connectionString: database.url })
  await speaking.connect()
  t.after(async () => {
    await Promise.all([narrow.end(), speaking.end()])
    await database.query(`DROP DATABASE ${name}`)
  })
  const refused = isMistaken(/encoded in LATIN1.*ENCODING 'UTF8'/)
  await assert.rejects(migratePostgres(narrow), refused)
  for (const { sql } of postgresMigrations()) await narrow.query(sql)
  await assert.rejects(async () => postgresStore(narrow).read('x'), refused)
  await speaking.query("SET client_encoding = 'LATIN1'")
  await assert.rejects(async () => postgresStore(speaking, { table }).read('x'), isMistaken(/speaks LATIN1/))
})

test('stricter isolation by default loses no write', async () => {
  for (const level of ['repeatable read', 'serializable']) {
    const strict = new pg.Pool({
      connectionString: database.url,
      options: `-c default_transaction_isolation=${level.replace(' ', '\\ ')}`,
    })
    const store = postgresStore(strict, { table })
    const record = sampleRecord()
    await store.create(record)
    const writes = Array.from({ length: 40 }, (_, n) => store.update(record.sid, { set: { [`k${n}`]: '1' } }))
    assert.ok((await Promise.all(writes)).every(Boolean))
    assert.equal((await store.read(record.sid))?.rev, 40)
    await strict.end()
  }
})

test('an error of the server carries no value of the session', async () => {
  const store = postgresStore(pool, { table })
  const record = sampleRecord()
  await store.create(record)
  const failure = await store.update(record.sid, { set: { card: 'private\0' } }).catch((error) => error)
  assert.ok(failure instanceof Error)
  const everything = JSON.stringify(failure, Object.getOwnPropertyNames(failure)) + failure.message
  assert.ok(!everything.includes('private'), 'the value is in the error')
})

test('connections that the server ends while idle end no process, and the store goes on', async () => {
  const name = `doomed_${table}`
  const doomed = new pg.Pool({ connectionString: database.url, application_name: name })
  const store = postgresStore(doomed, { table })
  const record = sampleRecord()
  await store.create(record)
  await database.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [
    name,
  ])
  await until('the pool has noticed', () => doomed.totalCount === 0)
  assert.deepEqual(await store.read(record.sid), record)
  await doomed.end()
})
