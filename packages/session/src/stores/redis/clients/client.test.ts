import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Cluster, Redis } from 'ioredis'
import { createClient, createClientPool, createCluster, createSentinel, RESP_TYPES } from 'redis'
import * as redis5 from 'redis-5'
import { sharedRedis } from '../../../../../../servers/shared.ts'
import { isSessionError } from '../../../errors.ts'
import type { SessionStore } from '../../../store.ts'
import { sampleRecord } from '../../../testing/laws/record-laws.ts'
import { redisStore } from '../redis.ts'
import { freshPrefix, freshStore, listen, removeTestKeys, singleClients } from './clients.test-helper.ts'

// Nobody listens on port 1: these clients are looked at, never used.
const nowhere = { host: '127.0.0.1', port: 1 }

const configInvalid = (says: RegExp) => (error: unknown) =>
  isSessionError(error) && error.code === 'config_invalid' && says.test(error.message)

after(async () => {
  const it = await singleClients.ioredis?.(await sharedRedis())
  if (!it) return
  await removeTestKeys(it)
  await it.close()
})

test('every client of both libraries is taken, and fits the types', () => {
  const lazy = { lazyConnect: true }
  const stores: SessionStore[] = [
    redisStore(createClient()),
    redisStore(createClient({ RESP: 2 }).withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer })),
    redisStore(createClientPool()),
    redisStore(createCluster({ rootNodes: [] })),
    redisStore(createSentinel({ name: 'main', sentinelRootNodes: [nowhere] })),
    redisStore(redis5.createClient()),
    redisStore(redis5.createClientPool()),
    redisStore(redis5.createCluster({ rootNodes: [] })),
    redisStore(redis5.createSentinel({ name: 'main', sentinelRootNodes: [nowhere] })),
    redisStore(new Redis(lazy)),
    redisStore(new Redis({ ...lazy, sentinels: [nowhere], name: 'main' })),
    redisStore(new Cluster([nowhere], lazy)),
  ]
  for (const store of stores) assert.equal(typeof store.subscribe, 'function')
  assert.equal('sweep' in (stores[0] ?? {}), false)
})

test('anything else is refused with what to write instead', () => {
  const connecting = Promise.resolve(createClient())
  const others: unknown[] = [
    undefined,
    null,
    'redis://127.0.0.1',
    {},
    connecting,
    { sendCommand() {} },
    new Map(),
  ]
  for (const other of others) {
    assert.throws(
      () => Reflect.apply(redisStore, null, [other]),
      configInvalid(/Write redisStore\(await create/),
    )
  }
})

test('clients that read from replicas are refused', () => {
  const cluster = new Cluster([nowhere], { lazyConnect: true, scaleReads: 'slave' })
  assert.throws(() => redisStore(cluster), configInvalid(/Write scaleReads: 'master'/))
  const replica = new Redis({ lazyConnect: true, sentinels: [nowhere], name: 'main', role: 'slave' })
  assert.throws(() => redisStore(replica), configInvalid(/Write role: 'master'/))
})

test('wrong options are refused', () => {
  const client = createClient()
  const wrong: [object, RegExp][] = [
    [{ prefx: 'a:' }, /no option prefx/],
    [{ prefix: '' }, /prefix/],
    [{ expiryGrace: '10 minutes' }, /expiryGrace/],
    [{ waitForReplicas: { count: 0, timeout: 100 } }, /waitForReplicas.count/],
    [{ waitForReplicas: { count: 1, timeout: 'soon' } }, /waitForReplicas.timeout/],
  ]
  for (const [options, says] of wrong) {
    assert.throws(() => Reflect.apply(redisStore, null, [client, options]), configInvalid(says))
  }
  const waitForReplicas = { count: 1, timeout: '100ms' } as const
  assert.throws(() => redisStore(createClientPool(), { waitForReplicas }), configInvalid(/a pool may wait/))
})

test('a store that does not announce has no subscribe', () => {
  assert.equal(redisStore(createClient(), { announce: false }).subscribe, undefined)
})

test('options of the client that change replies change nothing', async (t) => {
  const url = await sharedRedis()
  const buffers = createClient({ url, commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } } })
  const maps = createClient({ url }).withTypeMapping({ [RESP_TYPES.MAP]: Map, [RESP_TYPES.NUMBER]: String })
  const pool = createClientPool({ url }, { cleanupDelay: 1 })
  const buffers5 = redis5.createClient({
    url,
    commandOptions: { typeMapping: { [redis5.RESP_TYPES.BLOB_STRING]: Buffer } },
  })
  const pool5 = redis5.createClientPool({ url, RESP: 3 }, { cleanupDelay: 1 })
  const ofNodeRedis = [buffers, maps, pool, buffers5, pool5]
  await Promise.all(ofNodeRedis.map((client) => client.connect()))
  const strings = new Redis(url, { stringNumbers: true, showFriendlyErrorStack: true })
  const objects = new Redis(url, { protocol: 3, replyMapping: 'resp3' })
  const together = new Redis(url, { enableAutoPipelining: true })
  t.after(() => {
    for (const each of ofNodeRedis) each.destroy()
    for (const each of [strings, objects, together]) each.disconnect()
  })
  for (const client of [...ofNodeRedis, strings, objects, together]) {
    const store = freshStore(client)
    const record = sampleRecord({ userId: 'u', data: { a: '1' } })
    await store.create(record)
    await assert.rejects(store.create({ ...record, secretHash: 'x' }))
    assert.equal(await store.update(record.sid, { set: { b: '2' } }), true)
    assert.deepEqual(await store.list('u'), [{ ...record, rev: 1, data: { ...record.data, b: '2' } }])
    assert.equal(await store.delete(record.sid), true)
    assert.equal(await store.delete(record.sid), false)
    await store.create(record)
    assert.equal(await store.deleteAll(), 1)
  }
})

test('a keyPrefix of the client comes before everything, so that applications stay apart', async (t) => {
  const url = await sharedRedis()
  const keyPrefix = `${freshPrefix()}[app]*:`
  const ours = freshPrefix()
  const plain = new Redis(url)
  const prefixed = createClient({ url, keyPrefix })
  await prefixed.connect()
  const clients = [prefixed, new Redis(url, { keyPrefix })]
  t.after(() => {
    prefixed.destroy()
    for (const each of [plain, clients[1]]) if (each instanceof Redis) each.disconnect()
  })
  for (const client of clients) {
    const store = redisStore(client, { prefix: ours })
    const record = sampleRecord({ userId: 'u' })
    await store.create(record)
    assert.equal(await plain.exists(`${keyPrefix}${ours}s:${record.sid}`, `${keyPrefix}${ours}u:u`), 2)
    const { subscription, next } = listen(store)
    t.after(() => subscription.close())
    await next('listening')
    assert.equal(await store.deleteAll(), 1)
    assert.deepEqual(await next('ended'), { type: 'ended', sid: null })
  }
})
