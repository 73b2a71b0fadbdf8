import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { startPostgres } from '../../../../../servers/postgres.ts'
import { until } from '../../../../../servers/until.ts'
import type { StoreEvent } from '../../store.ts'
import { sampleRecord } from '../../testing/laws/record-laws.ts'
import { postgresDatabase } from '../sql/sql.test-helper.ts'
import { sqlTables } from '../sql/tables.ts'
import { asPool, listenerLike } from './client.ts'
import { createListening } from './listener.ts'
import { migratePostgres, postgresStore } from './postgres.ts'
import { postgresDialect } from './schema.ts'
import { postgresStatements } from './statements.ts'

const { pool, url, table, query } = await postgresDatabase()

/** Events in words, as they come. */
function ears() {
  const heard: string[] = []
  const hear = (event: StoreEvent) => {
    const about = 'sid' in event ? ` ${event.sid}` : 'id' in event ? ` ${event.id}` : ''
    heard.push(event.type + about)
  }
  return {
    heard,
    hear,
    until: (...words: string[]) =>
      until(`heard ${words}, not only ${heard}`, () => words.every((word) => heard.includes(word))),
  }
}

async function listeningConnections(name: string): Promise<number> {
  const rows = await query(
    "SELECT pid FROM pg_stat_activity WHERE application_name = $1 AND query ~ '^(LISTEN|SELECT 1)'",
    [name],
  )
  return rows.length
}

test('without announcing there is nothing to subscribe to, nor with a lone Client that cannot be copied', () => {
  assert.equal(postgresStore(pool, { table }).subscribe, undefined)
  assert.equal(postgresStore(new pg.Client(), { table, announce: true }).subscribe, undefined)
  const listen = () => new pg.Client({ connectionString: url })
  assert.ok(postgresStore(new pg.Client(), { table, announce: true, listen }).subscribe)
})

test('a listening client is told the password that the pool hides', () => {
  const hidden = new pg.Pool({ host: 'h', user: 'u', password: 'hidden', ssl: { key: 'k' } })
  const inUrl = new pg.Pool({ connectionString: 'postgres://u:hidden@h/d' })
  for (const pool of [hidden, inUrl]) {
    const found = asPool(pool)
    const copy = found && listenerLike(found)
    assert.ok(copy instanceof pg.Client)
    assert.deepEqual([copy.host, copy.user, copy.password], ['h', 'u', 'hidden'])
  }
})

test('processes that name the table differently hear each other', async () => {
  const here = ears()
  const store = postgresStore(pool, { table, announce: true })
  const subscription = store.subscribe?.(here.hear)
  await here.until('listening')
  const there = postgresStore(pool, { table, schema: 'public', announce: true })
  const record = sampleRecord()
  await there.create(record)
  await there.update(record.sid, { fields: { policy: 'other' } })
  await there.delete(record.sid)
  await here.until(`changed ${record.sid}`, `ended ${record.sid}`)
  await subscription?.close()
})

test('subscriptions of a store share one connection beside the pool, which closes with the last', async () => {
  const name = `shared_${table}`
  const small = new pg.Pool({ connectionString: url, application_name: name, max: 1 })
  const store = postgresStore(small, { table, announce: true })
  const [one, two] = [ears(), ears()]
  const subscriptions = [store.subscribe?.(one.hear), store.subscribe?.(two.hear)]
  await Promise.all([one.until('listening'), two.until('listening')])
  assert.equal(await listeningConnections(name), 1)
  await subscriptions[0]?.ping('first')
  await one.until('echo first')
  assert.ok(!two.heard.includes('echo first'), 'a ping is heard by its own subscription')
  await subscriptions[0]?.close()
  await subscriptions[0]?.close()
  assert.equal(await listeningConnections(name), 1)
  await subscriptions[1]?.close()
  await until('the connection is gone', async () => (await listeningConnections(name)) === 0)
  const again = ears()
  store.subscribe?.(again.hear)
  await again.until('listening')
  await store.close?.()
  await until('close has closed it', async () => (await listeningConnections(name)) === 0)
  assert.deepEqual([one.heard[0], two.heard, again.heard], ['listening', ['listening'], ['listening']])
  await small.end()
})

test('a listening connection that the server ends is lost, and there again', async () => {
  const name = `ended_${table}`
  const own = new pg.Pool({ connectionString: url, application_name: name })
  const store = postgresStore(own, { table, announce: true })
  const { heard, hear, until: hears } = ears()
  store.subscribe?.(hear)
  await hears('listening')
  for (let time = 1; time <= 2; time++) {
    await query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND query LIKE 'LISTEN%'",
      [name],
    )
    await until('it is there again', () => heard.length === 1 + 2 * time)
  }
  assert.deepEqual(heard, ['listening', 'lost', 'listening', 'lost', 'listening'])
  const record = sampleRecord()
  await store.create(record)
  await store.delete(record.sid)
  await hears(`ended ${record.sid}`)
  await store.close?.()
  await own.end()
})

test('a server that is down, restarted or hangs is lost, and heard again without a restart of ours', async () => {
  const server = await startPostgres()
  const own = new pg.Pool({ connectionString: server.url })
  own.on('error', () => undefined)
  await migratePostgres(own, { table })
  const tables = sqlTables(postgresDialect, { table })
  const statements = postgresStatements(tables, true)
  const { heard, hear, until: hears } = ears()
  await server.kill()
  const listening = createListening({
    connect: () => new pg.Client({ connectionString: server.url }),
    channel: statements.channel(),
    ping: (about) => own.query({ ...statements.ping(about) }),
    heartbeat: 200,
  })
  const subscription = listening.subscribe(hear)
  try {
    await hears('lost')
    await server.restart()
    await hears('listening')
    await until('the pool works', () =>
      subscription.ping('up').then(
        () => true,
        () => false,
      ),
    )
    await hears('echo up')
    heard.length = 0
    await server.pause()
    await hears('lost')
    await server.resume()
    await hears('listening')
    heard.length = 0
    await server.restart()
    await hears('lost', 'listening')
    assert.deepEqual(heard, ['lost', 'listening'])
    await server.pause()
    await subscription.close()
    await server.resume()
  } finally {
    await listening.close()
    await own.end()
    await server.stop()
  }
})

test('closing while the connection is being opened leaves nothing behind', async () => {
  const name = `early_${table}`
  const own = new pg.Pool({ connectionString: url, application_name: name })
  const store = postgresStore(own, { table, announce: true })
  const { heard, hear } = ears()
  for (let time = 0; time < 5; time++) await store.subscribe?.(hear).close()
  await store.close?.()
  await until('no connection is left', async () => (await listeningConnections(name)) === 0)
  assert.deepEqual(heard, [])
  await own.end()
})
