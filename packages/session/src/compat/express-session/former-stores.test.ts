import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { RedisStore } from 'connect-redis'
import pg from 'pg'
import { createClient } from 'redis'
import { sharedPostgres, sharedRedis } from '../../../../../servers/shared.ts'
import type { SessionStore } from '../../store.ts'
import { memoryStore } from '../../stores/memory/memory.ts'
import { migratePostgres, postgresStore } from '../../stores/postgres/postgres.ts'
import { redisStore } from '../../stores/redis/redis.ts'
import type { FormerStore } from '../former-store.ts'
import { sidOf, site } from './cases/case.test-helper.ts'
import { session } from './express-session.ts'
import { expressSession, formerCookie, requireUntyped } from './former.test-helper.ts'

interface Made {
  readonly former: FormerStore
  readonly store: SessionStore
}

type StoreClass = new (options: object) => FormerStore
// Made by ours, as an application does that has removed express-session.
const classOf = (name: string) => requireUntyped(name)(session) as StoreClass

/** The real stores, each to ours on the same kind of server. */
const stores: Record<string, (t: TestContext) => Promise<Made>> = {
  async 'connect-redis'(t) {
    const client = await createClient({ url: await sharedRedis() }).connect()
    const prefix = 'compat-former:'
    t.after(async () => {
      for (const each of [prefix, 'compat-ours:'])
        for await (const keys of client.scanIterator({ MATCH: `${each}*` }))
          if (keys.length > 0) await client.del(keys)
      client.destroy()
    })
    const former = new RedisStore({ client, prefix }) as unknown as FormerStore
    return { former, store: redisStore(client, { prefix: 'compat-ours:' }) }
  },
  async 'connect-pg-simple'(t) {
    const pool = new pg.Pool({ connectionString: await sharedPostgres() })
    const tables = ['compat_former', 'compat_ours']
    t.after(async () => {
      for (const table of tables) await pool.query(`DROP TABLE IF EXISTS ${table}`)
      await pool.end()
    })
    const PgStore = classOf('connect-pg-simple')
    const former = new PgStore({
      pool,
      tableName: tables[0],
      createTableIfMissing: true,
      pruneSessionInterval: false,
    })
    await migratePostgres(pool, { table: 'compat_ours' })
    return { former, store: postgresStore(pool, { table: 'compat_ours' }) }
  },
  async memorystore() {
    const former = new (classOf('memorystore'))({ checkPeriod: 0 })
    return { former, store: memoryStore() }
  },
  async 'session-file-store'(t) {
    const path = await mkdtemp(join(tmpdir(), 'latchkey-compat-'))
    t.after(() => rm(path, { recursive: true }))
    const former = new (classOf('session-file-store'))({
      path,
      retries: 0,
      reapInterval: -1,
      logFn: () => undefined,
    })
    return { former, store: memoryStore() }
  },
  async 'the memory of express-session'() {
    return { former: new expressSession.MemoryStore(), store: memoryStore() }
  },
}

const values = { user: 'bob', cart: [{ book: 1 }], at: '2026-01-01' }

const has = (former: FormerStore, id: string) =>
  new Promise<boolean>((resolve) => void former.get(id, (error, found) => resolve(!error && Boolean(found))))

const idOf = (cookie: string) => /s:([^.]+)/.exec(decodeURIComponent(cookie))?.[1] ?? ''

for (const [name, make] of Object.entries(stores)) {
  test(`a session in ${name} is taken over once, and nobody is signed out`, async (t) => {
    const { former, store } = await make(t)
    const secret = ['new secret', 'old secret']
    const cookie = await formerCookie(
      { store: former, secret: 'old secret', cookie: { maxAge: 600_000 } },
      values,
    )
    assert.equal(await has(former, idOf(cookie)), true)
    const served = await site(t, { store, takeOver: { store: former, secret } }, (req, res) => {
      // session-file-store adds one of its own.
      const { cookie: _, __lastAccess: __, ...kept } = req.session
      res.end(JSON.stringify(kept))
    })
    const both = await Promise.all([served.ask({ cookie }), served.ask({ cookie })])
    const [first, second] = both
    for (const { body, lines } of both) {
      assert.deepEqual(JSON.parse(body), values)
      assert.equal(lines.length, 1)
    }
    assert.equal(first?.cookie, second?.cookie, 'one session')
    assert.match(String(first?.headers['set-cookie']), /connect\.sid=; Max-Age=0/)
    assert.equal(await has(former, idOf(cookie)), false, 'the old ID is dead at once')

    const later = await served.ask({ cookie: first?.cookie ?? '' })
    assert.deepEqual(JSON.parse(later.body), values)
    served.clock.advance('11s')
    const replayed = await served.ask({ cookie })
    assert.deepEqual([replayed.body, replayed.lines], ['{}', []])
    assert.ok(await store.read(sidOf(first?.cookie ?? '')), 'nor does the replay end anything')
  })
}

test('the files of session-file-store are gone with their sessions', async (t) => {
  const path = await mkdtemp(join(tmpdir(), 'latchkey-compat-'))
  t.after(() => rm(path, { recursive: true }))
  const former = new (classOf('session-file-store'))({
    path,
    retries: 0,
    reapInterval: -1,
    logFn: () => undefined,
  })
  const cookie = await formerCookie({ store: former, secret: 'cat' })
  assert.equal((await readdir(path)).length, 1)
  const served = await site(t, { takeOver: { store: former, secret: 'cat' } })
  await served.ask({ cookie })
  assert.deepEqual(await readdir(path), [])
})
