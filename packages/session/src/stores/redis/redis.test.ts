import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { sharedRedis } from '../../../../../servers/shared.ts'
import type { SessionStore } from '../../store.ts'
import { storeLaws } from '../../testing/index.ts'
import { sampleRecord } from '../../testing/laws/record-laws.ts'
import { playBatch } from '../../testing/lifecycle/batch.test-helper.ts'
import { createLane } from '../../testing/lifecycle/running/lane.ts'
import type { RedisClient } from './clients/client.ts'
import {
  freshPrefix,
  freshStore,
  poolClients,
  removeTestKeys,
  singleClients,
  type TestClient,
} from './clients/clients.test-helper.ts'
import { redisStore } from './redis.ts'

for (const [name, connect] of Object.entries(singleClients)) {
  describe(name, () => {
    // The protocol is the client's business; what takes long need not be done for both of them in full.
    const isOldProtocol = name.endsWith('RESP2')
    let it: TestClient
    before(async () => {
      it = await connect(await sharedRedis())
    })
    after(async () => {
      await removeTestKeys(it)
      await it.close()
    })

    for (const law of storeLaws(() => freshStore(it.client), { sweeps: false })) test(law.name, law.run)

    // The lifecycle is played in full with the other protocol.
    if (isOldProtocol) {
      test('whatever happens in whatever order, the laws hold', async () => {
        const lane = createLane(freshStore(it.client))
        const { violation } = await playBatch(lane, { seed: Math.trunc(Math.random() * 2 ** 31), runs: 75 })
        assert.equal(violation, null)
        await lane.close()
      })
    }

    test('index: a writer that knows the wrong owner, or none, still extends the right index', async () => {
      const { store, untilOf } = await indexed(it)
      const record = sampleRecord({ userId: 'alice' })
      await store.create(record)
      for (const [n, owner] of [undefined, null, 'bob'].entries()) {
        const expiresAt = Date.now() + (n + 1) * 90_000_000
        const patch = { fields: { expiresAt }, ...(owner !== undefined && { owner }) }
        assert.equal(await store.update(record.sid, patch), true)
        assert.ok((await untilOf('alice', record.sid)) >= expiresAt)
        assert.deepEqual(await store.list('bob'), [])
      }
    })

    test('index: a write that is refused does not shorten it', async () => {
      const { store, untilOf } = await indexed(it)
      const record = sampleRecord({ userId: 'alice', expiresAt: Date.now() + 90_000_000 })
      await store.create(record)
      const late = { fields: { expiresAt: Date.now() }, owner: 'alice', guard: { rev: 9 } }
      assert.equal(await store.update(record.sid, late), false)
      assert.ok((await untilOf('alice', record.sid)) >= record.expiresAt)
    })

    test('index: covers a session whose life another process lengthens between two commands', async () => {
      const { store, prefix, untilOf } = await indexed(it)
      const record = sampleRecord()
      await store.create(record)
      const expiresAt = Date.now() + 90_000_000
      const client = interrupted(it.client, async (command) => {
        if (command === 2) await store.update(record.sid, { fields: { expiresAt }, owner: null })
      })
      const signsIn = redisStore(client, { prefix }).update(record.sid, { fields: { userId: 'alice' } })
      assert.equal(await signsIn, true)
      assert.ok((await untilOf('alice', record.sid)) >= expiresAt)
    })

    test('a user may have 10,000 sessions', { skip: isOldProtocol }, async () => {
      const store = freshStore(it.client)
      const records = Array.from({ length: 10_000 }, () => sampleRecord({ userId: 'crowd' }))
      for (let from = 0; from < records.length; from += 1000) {
        await Promise.all(records.slice(from, from + 1000).map((record) => store.create(record)))
      }
      assert.equal((await store.list('crowd')).length, 10_000)
      const ended = await Promise.all(records.map(({ sid }) => store.delete(sid)))
      assert.ok(ended.every(Boolean))
      assert.deepEqual(await store.list('crowd'), [])
    })

    test('thousands of small values fit, and are removed again', async () => {
      const store = freshStore(it.client)
      const data = Object.fromEntries(Array.from({ length: 12_000 }, (_, index) => [`k${index}`, '1']))
      const [created, updated] = [sampleRecord({ data }), sampleRecord()]
      await store.create(created)
      await store.create(updated)
      await store.update(updated.sid, { set: data })
      assert.deepEqual((await store.read(created.sid))?.data, data)
      assert.deepEqual((await store.read(updated.sid))?.data, data)
      await store.update(updated.sid, { unset: Object.keys(data) })
      assert.deepEqual((await store.read(updated.sid))?.data, {})
    })

    test('deleteAll: takes the prefix to the letter, and leaves other stores alone', async () => {
      const prefix = `${freshPrefix()}a*[b]?\\^{c}:`
      const [mine, near] = [
        redisStore(it.client, { prefix }),
        redisStore(it.client, { prefix: `${prefix}x` }),
      ]
      const wide = redisStore(it.client, { prefix: prefix.replace('*', 'zz') })
      for (const store of [mine, near, wide]) {
        for (let n = 0; n < 3; n++) await store.create(sampleRecord({ userId: 'u' }))
      }
      assert.equal(await mine.deleteAll(), 3)
      assert.equal(await mine.deleteAll(), 0)
      assert.deepEqual([(await near.list('u')).length, (await wide.list('u')).length], [3, 3])
    })

    test('scripts that the server has forgotten are sent again', async () => {
      const store = freshStore(it.client)
      const record = sampleRecord({ userId: 'u' })
      const flush = () => it.command('SCRIPT', 'FLUSH')
      await flush()
      await store.create(record)
      await flush()
      assert.equal(await store.update(record.sid, { set: { a: '1' } }), true)
      await flush()
      assert.equal(await store.delete(record.sid), true)
    })

    test('a command that a client sends again after a broken connection succeeds again', async () => {
      const store = freshStore(it.client)
      const record = sampleRecord({ userId: 'u' })
      await store.create(record)
      await store.create(record)
      const guard = { secretHash: record.secretHash }
      const rotation = { fields: { secretHash: 'n'.repeat(43) }, guard }
      assert.equal(await store.update(record.sid, rotation), true)
      assert.equal(await store.update(record.sid, rotation), true)
      assert.equal((await store.read(record.sid))?.rev, 1)
      assert.equal(await store.update(record.sid, { fields: { secretHash: 'm'.repeat(43) }, guard }), false)
    })

    test('errors hold neither values nor hashes', async () => {
      const prefix = freshPrefix()
      const store = redisStore(it.client, { prefix })
      const record = sampleRecord({ userId: 'u', data: { card: '"4242"' } })
      await it.command('SET', `${prefix}s:${record.sid}`, 'not a hash')
      await it.command('SET', `${prefix}u:u`, 'not an index')
      const attempts = await Promise.allSettled([
        store.create(record),
        store.create({ ...record, userId: null }),
        store.read(record.sid),
        store.update(record.sid, { set: record.data, guard: { secretHash: record.secretHash } }),
        store.delete(record.sid, { secretHash: record.secretHash }),
        store.list('u'),
      ])
      for (const attempt of attempts) {
        assert.ok(attempt.status === 'rejected')
        const { reason: error } = attempt
        const all = JSON.stringify([error.message, error, Object.getOwnPropertyDescriptors(error)])
        assert.match(error.message, /WRONGTYPE/)
        assert.ok(!all.includes('4242') && !all.includes(record.secretHash))
      }
    })
  })
}

describe('node-redis pool', () => {
  let it: TestClient
  before(async () => {
    it = await (poolClients['node-redis pool'] ?? assert.fail())(await sharedRedis())
  })
  after(async () => {
    await removeTestKeys(it)
    await it.close()
  })

  for (const law of storeLaws(() => freshStore(it.client), { sweeps: false, announces: true }))
    test(law.name, law.run)
})

/** A store, and until when its index by user has a session, in milliseconds since the epoch. */
async function indexed({ client, command }: TestClient) {
  const prefix = freshPrefix()
  const untilOf = async (user: string, sid: string) =>
    Number(await command('ZSCORE', `${prefix}u:${user}`, sid))
  return { store: redisStore(client, { prefix }), prefix, untilOf }
}

/** The client, with something happening before each command, counted from 0; scripts are known to the server. */
function interrupted(client: RedisClient, before: (command: number) => Promise<void>): RedisClient {
  const method = 'call' in client ? 'call' : 'sendCommand'
  let count = 0
  const send = async (...args: unknown[]) => {
    await before(count++)
    return Reflect.apply(Reflect.get(client, method), client, args)
  }
  return new Proxy(client, {
    get: (target, name) => (name === method ? send : Reflect.get(target, name, target)),
  })
}

describe('several processes', () => {
  let it: TestClient
  let prefix: string
  let store: SessionStore
  before(async () => {
    it = await (singleClients['node-redis'] ?? assert.fail())(await sharedRedis())
    prefix = freshPrefix()
    store = redisStore(it.client, { prefix })
  })
  after(async () => {
    await removeTestKeys(it)
    await it.close()
  })

  test('they lose no write and revive nothing', async () => {
    const [counted, ended] = [sampleRecord(), sampleRecord()]
    await store.create(counted)
    await store.create(ended)
    const url = await sharedRedis()
    const workers = [0, 1, 2, 3].map((n) =>
      worker({ URL: url, PREFIX: prefix, COUNTED: counted.sid, ENDED: ended.sid, NAME: `p${n}` }),
    )
    await Promise.all(workers.map(({ started }) => started))
    await store.delete(ended.sid)
    for (const { go } of workers) go()
    await Promise.all(workers.map(({ finished }) => finished))
    const seen = await store.read(counted.sid)
    assert.equal(seen?.data.count, '200')
    assert.deepEqual(Object.keys(seen?.data ?? {}).sort(), ['count', 'p0', 'p1', 'p2', 'p3'])
    assert.equal(await store.read(ended.sid), null)
  })
})

// Even numbers are node-redis, odd ones ioredis: both write to the same sessions.
function worker(given: Readonly<Record<string, string>>) {
  const script = `
    import { createClient } from 'redis'
    import { Redis } from 'ioredis'
    import { redisStore } from ${JSON.stringify(new URL('./redis.ts', import.meta.url).href)}
    const { URL: url, PREFIX: prefix, COUNTED, ENDED, NAME } = process.env
    const isEven = NAME.charCodeAt(1) % 2 === 0
    const client = isEven ? await createClient({ url }).connect() : new Redis(url)
    const store = redisStore(client, { prefix })
    await store.read(COUNTED)
    process.stdout.write('ready')
    await new Promise((resolve) => process.stdin.once('data', resolve))
    for (let n = 0; n < 50; ) {
      const { rev, data } = await store.read(COUNTED)
      const count = String(Number(data.count ?? 0) + 1)
      if (await store.update(COUNTED, { set: { count }, guard: { rev } })) n++
      if (await store.update(ENDED, { set: { late: '1' } })) throw new Error('revived')
    }
    await store.update(COUNTED, { set: { [NAME]: '1' } })
    process.exit(0)
  `
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
    env: { ...process.env, ...given },
  })
  const errors = text(child.stderr)
  return {
    started: once(child.stdout, 'data'),
    go: () => child.stdin.write('go'),
    finished: once(child, 'exit').then(async ([code]) => assert.equal(code, 0, await errors)),
  }
}
