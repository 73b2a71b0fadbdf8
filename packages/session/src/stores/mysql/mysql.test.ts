import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import callbackMysql from 'mysql2'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { isSessionError } from '../../errors.ts'
import { storeLaws } from '../../testing/index.ts'
import { sampleRecord } from '../../testing/laws/record-laws.ts'
import { mysqlDatabase } from '../sql/sql.test-helper.ts'
import { mysqlModes } from './modes.test-helper.ts'
import { type MysqlClient, mysqlStore } from './mysql.ts'

const database = await mysqlDatabase()
const { table, pool } = database

for (const [name, connect] of Object.entries(mysqlModes)) {
  const mode = connect(database.url)
  after(async () => (await mode).close())
  const laws = storeLaws(async () => {
    await database.empty()
    return mysqlStore((await mode).client, { table })
  })
  for (const law of laws) test(`${name}: ${law.name}`, law.run)
}

const isMistaken = (about: RegExp) => (error: unknown) =>
  isSessionError(error) && error.code === 'config_invalid' && about.test(error.message)

test('what is no promise client of mysql2, and options that do not exist, are refused', async () => {
  const others = new pg.Pool()
  for (const wrong of [undefined, null, 'mysql://host/db', {}, { query() {} }, () => [], others]) {
    assert.throws(() => mysqlStore(wrong as never), isMistaken(/mysqlStore\(createPool/))
  }
  await others.end()
  const callbacks = callbackMysql.createPool({})
  assert.throws(() => mysqlStore(callbacks as never), isMistaken(/mysqlStore\(pool\.promise\(\)\)/))
  await callbacks.promise().end()
  assert.throws(() => mysqlStore(pool, { tabel: 'x' } as never), isMistaken(/no option tabel/))
})

test('a lone Connection works, and is what the types ask for as the Pool is', async () => {
  const connection = await mysql.createConnection(database.url)
  const clients: MysqlClient[] = [connection, pool]
  const record = sampleRecord({ userId: 'lone' })
  await mysqlStore(connection, { table }).create(record)
  for (const client of clients) assert.deepEqual(await mysqlStore(client, { table }).read(record.sid), record)
  await connection.end()
})

/** A client that counts its statements. */
function counting(): { client: MysqlClient; sent: string[] } {
  const sent: string[] = []
  const send =
    (way: 'execute' | 'query'): MysqlClient['query'] =>
    (statement) => {
      sent.push(statement.sql)
      return way === 'execute' ? pool.execute(statement) : pool.query(statement)
    }
  return { client: { execute: send('execute'), query: send('query') }, sent }
}

test('every operation on a record is one statement, after one check of the version', async () => {
  const { client, sent } = counting()
  const store = mysqlStore(client, { table })
  const record = sampleRecord({ userId: 'u' })
  await Promise.all([store.read(record.sid), store.read(record.sid)])
  assert.equal(sent.length, 2 + 1, 'two reads and the version')
  sent.length = 0
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
  assert.equal(sent.length, 6)
})

// MariaDB's JSON_MERGE_PATCH loses members after a null; keys are few here, so that patches hit what is there.
const key = fc.constantFrom('a', 'b', 'c', '', '"', '\\', '\n', 'a"', '__proto__', '🔑', 'é', 'A')
const patch = fc.record({
  set: fc.dictionary(key, fc.string({ unit: 'grapheme', maxLength: 5 }), {
    maxKeys: 5,
    noNullPrototype: true,
  }),
  unset: fc.uniqueArray(key, { maxLength: 5 }),
})

test('any sequence of patches leaves what it should', async () => {
  const store = mysqlStore(pool, { table })
  const property = fc.asyncProperty(fc.array(patch, { maxLength: 6 }), async (patches) => {
    const record = sampleRecord()
    await store.create(record)
    const expected = new Map<string, string>()
    for (const { set, unset } of patches) {
      await store.update(record.sid, { set, unset })
      for (const key of unset) expected.delete(key)
      for (const [key, value] of Object.entries(set)) expected.set(key, value)
    }
    const data = (await store.read(record.sid))?.data ?? {}
    assert.deepEqual(Object.entries(data).sort(), [...expected].sort())
  })
  await fc.assert(property, { numRuns: 200 })
})

test('the application’s own ways to read types change nothing', async () => {
  const odd = mysql.createPool({
    uri: database.url,
    supportBigNumbers: true,
    bigNumberStrings: true,
    decimalNumbers: true,
    dateStrings: true,
    jsonStrings: true,
    namedPlaceholders: true,
    rowsAsArray: true,
    nestTables: '_',
    flags: ['-FOUND_ROWS'],
  })
  const record = sampleRecord({ userId: 'u', data: { a: '1' } })
  const store = mysqlStore(odd, { table })
  await store.create(record)
  assert.deepEqual(await store.read(record.sid), record)
  assert.deepEqual(await store.list('u'), [record])
  assert.equal(await store.update(record.sid, { fields: { policy: record.policy } }), true)
  await odd.end()
})

test('a connection that cannot carry all text is refused', async () => {
  const narrow = mysql.createPool({ uri: database.url, charset: 'latin1_swedish_ci' })
  await assert.rejects(async () => mysqlStore(narrow, { table }).read('x'), isMistaken(/utf8mb4/))
  await narrow.end()
})

test('an error of the server carries no value of the session', async () => {
  const { client } = counting()
  const failing: MysqlClient = {
    ...client,
    execute: (statement) => pool.query({ ...statement, sql: `${statement.sql} AND` }),
  }
  const failure = await mysqlStore(failing, { table })
    .update('x', { set: { card: 'private' } })
    .catch((error) => error)
  assert.ok(failure instanceof Error && 'code' in failure)
  const everything = JSON.stringify(failure, Object.getOwnPropertyNames(failure)) + failure.message
  assert.ok(!everything.includes('private'), 'the value is in the error')
})

test('a touch rewrites neither the data nor an index', async () => {
  const store = mysqlStore(pool, { table })
  const touches = 200
  const record = sampleRecord({ userId: 'u', data: { big: 'x'.repeat(100_000) } })
  await store.create(record)
  const written = async () => {
    const [row] = await database.query("SHOW GLOBAL STATUS LIKE 'Innodb_lsn_current'")
    return Number(row?.Value)
  }
  const costs: number[] = []
  // Other tests may write to the same server: the least of several measurements counts.
  for (let round = 0; round < 3; round++) {
    const before = await written()
    for (let n = 0; n < touches; n++) {
      const fields = { lastSeenAt: record.lastSeenAt + n, expiresAt: record.expiresAt + n }
      await store.update(record.sid, { fields })
    }
    costs.push(((await written()) - before) / touches)
  }
  assert.ok(Math.min(...costs) < 3000, `${Math.round(Math.min(...costs))} bytes of log for each touch`)
})
