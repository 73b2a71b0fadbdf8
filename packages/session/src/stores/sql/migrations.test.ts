import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { isSessionError, type SessionErrorCode } from '../../errors.ts'
import type { SessionStore } from '../../store.ts'
import { sampleRecord } from '../../testing/laws/record-laws.ts'
import { migrateMysql, mysqlMigrations, mysqlStore } from '../mysql/mysql.ts'
import { migratePostgres, postgresMigrations, postgresStore } from '../postgres/postgres.ts'
import { mysqlDatabase, ownTable, postgresDatabase } from './sql.test-helper.ts'
import type { SqlTableOptions } from './tables.ts'

const postgres = await postgresDatabase()
const maria = await mysqlDatabase()

interface Kind {
  readonly quote: string
  query(sql: string): Promise<Record<string, unknown>[]>
  store(options: SqlTableOptions): SessionStore
  migrate(options: SqlTableOptions): Promise<{ from: number; to: number }>
  paste(options: SqlTableOptions): readonly { readonly version: number; readonly sql: string }[]
  /** Names that this database has beyond those that both have. */
  readonly names: readonly string[]
  readonly refused: readonly string[]
}

const kinds: Record<string, Kind> = {
  postgres: {
    quote: '"',
    query: postgres.query,
    store: (options) => postgresStore(postgres.pool, options),
    migrate: (options) => migratePostgres(postgres.pool, options),
    paste: postgresMigrations,
    names: ['🦊 fox ', 'ö'.repeat(26), 'x'.repeat(53)],
    refused: ['x'.repeat(54), 'ö'.repeat(27)],
  },
  mysql: {
    quote: '`',
    query: maria.query,
    store: (options) => mysqlStore(maria.pool, options),
    migrate: (options) => migrateMysql(maria.pool, options),
    paste: mysqlMigrations,
    names: ['ö'.repeat(30), 'x'.repeat(57)],
    refused: ['x'.repeat(58), 'space at the end ', '🦊'],
  },
}

const hasCode = (code: SessionErrorCode, about: RegExp) => (error: unknown) =>
  isSessionError(error) && error.code === code && about.test(error.message)

for (const [name, kind] of Object.entries(kinds)) {
  const quoted = (text: string) =>
    kind.quote + text.replaceAll(kind.quote, kind.quote + kind.quote) + kind.quote

  /** Names that the test uses, and that are dropped after it. */
  function own(context: TestContext): { table: string; version: string } {
    const table = ownTable()
    context.after(() => kind.query(`DROP TABLE IF EXISTS ${table}, ${table}_schema`))
    return { table, version: `${table}_schema` }
  }

  test(`${name}: odd names of tables and schemas work`, async () => {
    const odd = `Ünï "q" \`b\` 's' ${ownTable().slice(-4)}`
    await kind.query(`CREATE SCHEMA ${quoted(odd)}`)
    try {
      const names = [
        'SELECT',
        'a.b',
        '?',
        '$1',
        ' lead',
        ":x'; --",
        odd,
        'back\\slash',
        'UPPER',
        ...kind.names,
      ]
      for (const table of names) {
        const options = { table, schema: odd }
        assert.deepEqual(await kind.migrate(options), { from: 0, to: 1 }, table)
        assert.deepEqual(await kind.migrate(options), { from: 1, to: 1 }, table)
        const store = kind.store(options)
        const record = sampleRecord({ userId: 'u', expiresAt: 0 })
        await store.create(record)
        await assert.rejects(store.create(record), hasCode('sid_taken', /exists/))
        await store.update(record.sid, { set: { a: '1' }, unset: ['b'] })
        assert.deepEqual(await store.list('u'), [{ ...record, rev: 1, data: { a: '1' } }])
        assert.deepEqual([await store.sweep?.(1), await store.deleteAll()], [1, 0])
      }
    } finally {
      await kind.query(`DROP SCHEMA ${quoted(odd)}${name === 'postgres' ? ' CASCADE' : ''}`)
    }
  })

  test(`${name}: names that cannot be are refused before any statement`, () => {
    for (const table of ['', 'a\0b', '\ud800', 5 as never, ...kind.refused]) {
      for (const make of [kind.store, kind.paste]) {
        assert.throws(() => make({ table }), hasCode('config_invalid', /^table: /))
      }
    }
    assert.throws(() => kind.store({ schema: '' }), hasCode('config_invalid', /^schema: /))
  })

  test(`${name}: of several migrations at once, one makes the table`, async (context) => {
    const { table } = own(context)
    const all = await Promise.all(Array.from({ length: 8 }, () => kind.migrate({ table })))
    assert.deepEqual(all.map(({ from }) => from).sort(), [0, 1, 1, 1, 1, 1, 1, 1])
  })

  test(`${name}: a missing table is told by every operation, and found once it is there`, async (context) => {
    const { table } = own(context)
    const store = kind.store({ table })
    const record = sampleRecord()
    const operations = [
      async () => store.read('x'),
      () => store.create(record),
      () => store.update('x', { set: { a: '1' } }),
      () => store.delete('x'),
      () => store.list('u'),
      () => store.deleteAll(),
      async () => store.sweep?.(1),
    ]
    const missing = hasCode('schema_mismatch', new RegExp(`no table ${table}.*latchkey-migrate ${name}`))
    for (const operation of operations) await assert.rejects(operation, missing)
    await kind.migrate({ table })
    for (const operation of operations) await operation()
  })

  test(`${name}: a missing schema is told too`, async () => {
    const options = { schema: 'latchkey_nowhere' }
    await assert.rejects(async () => kind.store(options).read('x'), hasCode('schema_mismatch', /migrate/))
  })

  test(`${name}: another version is refused by the store, a newer one by the migration`, async (context) => {
    const { table, version } = own(context)
    await kind.migrate({ table })
    await kind.query(`INSERT INTO ${version} (version) VALUES (99)`)
    const store = kind.store({ table })
    const newer = hasCode('schema_mismatch', /version 99.*Update Latchkey/)
    for (let time = 0; time < 2; time++) await assert.rejects(async () => store.read('x'), newer)
    await assert.rejects(kind.migrate({ table }), newer)
    await kind.query(`DELETE FROM ${version} WHERE version = 99`)
    assert.equal(await store.read('x'), null)
    await kind.query(`DELETE FROM ${version}`)
    assert.equal(await store.read('x'), null, 'looked at once')
    await assert.rejects(async () => kind.store({ table }).read('x'), hasCode('schema_mismatch', /migrate/))
  })

  test(`${name}: the SQL to paste makes what the migration makes`, async (context) => {
    const { table } = own(context)
    const [migration] = kind.paste({ table })
    for (const statement of migration?.sql.split(/;\n/).filter(Boolean) ?? []) await kind.query(statement)
    assert.deepEqual(await kind.migrate({ table }), { from: 1, to: 1 })
    const store = kind.store({ table })
    await store.create(sampleRecord())
    const [row] = await kind.query(`SELECT COUNT(*) AS count FROM ${table}`)
    assert.equal(Number(row?.count), 1)
  })
}

test('postgres: a table of somebody else is left alone', async () => {
  const table = ownTable()
  await postgres.query(`CREATE TABLE ${table} (mine text)`)
  const taken = hasCode('schema_mismatch', /--table another name/)
  await assert.rejects(migratePostgres(postgres.pool, { table }), taken)
  assert.deepEqual(await postgres.query(`SELECT * FROM ${table}`), [])
  await postgres.query(`DROP TABLE ${table}`)
})

test('mysql: a migration that was interrupted is finished by the next', async () => {
  const table = ownTable()
  const [create = ''] = mysqlMigrations({ table })[0]?.sql.split(/;\n/) ?? []
  await maria.query(create)
  assert.deepEqual(await migrateMysql(maria.pool, { table }), { from: 0, to: 1 })
  assert.equal(await mysqlStore(maria.pool, { table }).read('x'), null)
  await maria.query(`DROP TABLE ${table}, ${table}_schema`)
})
