import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fastify from 'fastify'
import pg from 'pg'
import { createClient } from 'redis'
import { sharedPostgres, sharedRedis } from '../../../../../servers/shared.ts'
import type { SessionStore } from '../../store.ts'
import { memoryStore } from '../../stores/memory/memory.ts'
import { migratePostgres, postgresStore } from '../../stores/postgres/postgres.ts'
import { redisStore } from '../../stores/redis/redis.ts'
import { sqliteStore } from '../../stores/sqlite/sqlite.ts'
import { fastifySession } from './fastify-session.ts'
import { fastifySessionStore } from './fastify-store.ts'
import { formerApp, formerSession } from './former.test-helper.ts'
import { races, twins } from './races.test-helper.ts'

let count = 0

/** For each of two processes, a store of the same sessions. */
const stores: Record<string, (t: TestContext) => Promise<() => SessionStore>> = {
  async memory() {
    const store = memoryStore()
    return () => store
  },
  async SQLite(t) {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-fastify-'))
    t.after(() => rm(folder, { recursive: true }))
    return () => sqliteStore(join(folder, 'sessions.db'))
  },
  async PostgreSQL(t) {
    const pool = new pg.Pool({ connectionString: await sharedPostgres() })
    const table = `fastify_races_${process.pid}_${++count}`
    t.after(async () => {
      await pool.query(`DROP TABLE IF EXISTS ${table}`)
      await pool.end()
    })
    await migratePostgres(pool, { table })
    return () => postgresStore(pool, { table })
  },
  async Redis(t) {
    const url = await sharedRedis()
    const clients = await Promise.all([createClient({ url }).connect(), createClient({ url }).connect()])
    const prefix = `fastify-races-${process.pid}:`
    t.after(async () => {
      for await (const keys of clients[0].scanIterator({ MATCH: `${prefix}*` }))
        if (keys.length > 0) await clients[0].del(keys)
      for (const client of clients) client.destroy()
    })
    let at = 0
    return () => redisStore(clients[at++ % 2] as (typeof clients)[0], { prefix })
  },
}

for (const [name, connect] of Object.entries(stores)) {
  test(`fastify-session store: no race brings an ended session back, nor loses a value (${name})`, async (t) => {
    const backend = await connect(t)
    const kept: { close(): Promise<void> }[] = []
    const pair = await twins(() => {
      const store = fastifySessionStore({ store: backend(), sweepInterval: false })
      kept.push(store)
      return formerApp({ store, saveUninitialized: false })
    }, 401)
    t.after(async () => {
      await Promise.all([pair.one.close(), pair.other.close()])
      for (const store of kept) await store.close()
    })
    for (const [what, race] of Object.entries(races)) await t.test(what, async () => void (await race(pair)))
  })
}

for (const [name, connect] of Object.entries(stores)) {
  test(`fastify-session plugin: no race brings an ended session back, nor loses a value (${name})`, async (t) => {
    const backend = await connect(t)
    const options = { cookieName: 'sessionId', cookie: { secure: false }, sweepInterval: false } as const
    const pair = await twins(async () => {
      const app = fastify()
      await app.register(fastifySession as never, { ...options, store: backend() } as never)
      return app
    }, 200)
    t.after(() => Promise.all([pair.one.close(), pair.other.close()]))
    for (const [what, race] of Object.entries(races)) await t.test(what, async () => void (await race(pair)))
  })
}

test('control: on the own store of @fastify/session each of the races goes wrong', async (t) => {
  const store = new formerSession.MemoryStore()
  const pair = await twins(() => formerApp({ store, saveUninitialized: false }), 401)
  t.after(() => Promise.all([pair.one.close(), pair.other.close()]))
  for (const [what, race] of Object.entries(races))
    await t.test(what, () =>
      assert.rejects(race(pair), { message: /^(the session lives again|a value is lost)/ }),
    )
})
