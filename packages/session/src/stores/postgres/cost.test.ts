import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import pg from 'pg'
import { startPostgres } from '../../../../../servers/postgres.ts'
import type { SessionPatch } from '../../store.ts'
import { sampleRecord } from '../../testing/laws/record-laws.ts'
import type { PostgresClient, PostgresStatement } from './client.ts'
import { migratePostgres, postgresStore } from './postgres.ts'

// Its own: an open transaction of another test would keep old versions of rows from being cleaned up.
const server = await startPostgres()
const client = new pg.Client({ connectionString: server.url })
await client.connect()
await migratePostgres(client)
after(async () => {
  await client.end()
  await server.stop()
})

const quarter = 15 * 60_000
const start = Math.floor(Date.UTC(2026, 0, 1) / quarter) * quarter
const big = 'x'.repeat(100_000)
const touch = (at: number): SessionPatch => ({
  fields: { lastSeenAt: at, expiresAt: at },
  guard: { secretHash: record.secretHash },
})

const record = sampleRecord({ userId: 'u', expiresAt: start, data: { big } })
await postgresStore(client).create(record)

interface Updates {
  readonly all: number
  /** Those that touched no index: heap-only tuples. */
  readonly hot: number
}

/** What the work updates, counted in one transaction: between two, the server may put its counts away. */
async function updatesBy(work: () => Promise<unknown>): Promise<Updates> {
  await client.query('BEGIN')
  const before = await counted()
  await work()
  const after = await counted()
  await client.query('COMMIT')
  return { all: after.all - before.all, hot: after.hot - before.hot }
}

async function counted(): Promise<Updates> {
  const { rows } = await client.query(
    `SELECT pg_stat_get_xact_tuples_updated(oid)::int AS all, pg_stat_get_xact_tuples_hot_updated(oid)::int AS hot
     FROM pg_class WHERE oid = $1::regclass`,
    ['latchkey_sessions'],
  )
  return rows[0]
}

test('uses of a session within a quarter of an hour touch no index', async () => {
  const store = postgresStore(client)
  await store.read(record.sid)
  const within = await updatesBy(async () => {
    // A page takes a few versions in one transaction; further ones need what the next transactions clean up.
    for (let n = 1; n <= 5; n++) assert.equal(await store.update(record.sid, touch(start + n)), true)
  })
  assert.deepEqual(within, { all: 5, hot: 5 })
  const beyond = await updatesBy(() => store.update(record.sid, touch(start + quarter)))
  assert.deepEqual(beyond, { all: 1, hot: 0 })
})

test('across transactions too, where the page is cleaned up on the way', async () => {
  const store = postgresStore(client)
  await store.update(record.sid, touch(start))
  let hot = 0
  for (let n = 1; n <= 200; n++)
    hot += (await updatesBy(() => store.update(record.sid, touch(start + n)))).hot
  assert.ok(hot >= 195, `${hot} of 200`)
})

/** The write-ahead log of the statement that the store sends, without images of whole pages after a checkpoint. */
async function logOf(patch: SessionPatch): Promise<number> {
  const sent: PostgresStatement[] = []
  const recording: PostgresClient & { connect(): void } = {
    connect() {},
    query(statement) {
      sent.push(statement)
      return client.query(statement)
    },
  }
  await postgresStore(recording).update(record.sid, patch)
  const update = sent.find(({ text }) => text.includes('UPDATE'))
  assert.ok(update)
  const { rows } = await client.query({
    text: `EXPLAIN (ANALYZE, WAL, FORMAT JSON) ${update.text}`,
    values: update.values ?? [],
  })
  const plan = rows[0]['QUERY PLAN'][0].Plan
  return plan['WAL Bytes'] - plan['WAL FPI'] * 8192
}

test('the log of a use stays small, whatever the session holds', async () => {
  const bytes = await logOf(touch(start + 7))
  assert.ok(bytes > 0 && bytes < 2000, `${bytes} bytes for a use`)
  const data = await logOf({ set: { k: '1' } })
  assert.ok(data > bytes, `${data} bytes for data: the measurement sees a difference`)
})
