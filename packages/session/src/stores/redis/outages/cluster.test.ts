import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type RedisServer, untilReplicating } from '../../../../../../servers/redis.ts'
import { type RedisCluster, startRedisCluster } from '../../../../../../servers/redis-cluster.ts'
import { redisCommand } from '../../../../../../servers/redis-command.ts'
import { until } from '../../../../../../servers/until.ts'
import { storeLaws } from '../../../testing/index.ts'
import { sampleRecord } from '../../../testing/laws/record-laws.ts'
import { playBatch } from '../../../testing/lifecycle/batch.test-helper.ts'
import { createLane } from '../../../testing/lifecycle/running/lane.ts'
import {
  clusterClients,
  freshPrefix,
  freshStore,
  listen,
  type TestClient,
} from '../clients/clients.test-helper.ts'
import { redisStore } from '../redis.ts'

let cluster: RedisCluster
before(async () => {
  cluster = await startRedisCluster({ masters: 3, replicas: 3 })
})
after(() => cluster.stop())

for (const [name, connect] of Object.entries(clusterClients)) {
  describe(name, () => {
    let it: TestClient
    before(async () => {
      it = await connect(cluster.rootNodes)
    })
    after(() => it.close())

    for (const law of storeLaws(() => freshStore(it.client), { sweeps: false })) test(law.name, law.run)

    test('whatever happens in whatever order, the laws hold', async () => {
      const lane = createLane(freshStore(it.client))
      const { violation } = await playBatch(lane, { seed: Math.trunc(Math.random() * 2 ** 31), runs: 50 })
      assert.equal(violation, null)
      await lane.close()
    })

    test('sessions are spread over the nodes, and found and removed at all of them', async () => {
      const prefix = freshPrefix()
      const store = redisStore(it.client, { prefix })
      const records = Array.from({ length: 60 }, () => sampleRecord({ userId: 'u' }))
      await Promise.all(records.map((record) => store.create(record)))
      for (const node of cluster.nodes.slice(0, 3)) {
        assert.notEqual(await redisCommand(node.port, 'DBSIZE'), ':0\r\n')
      }
      assert.equal((await store.list('u')).length, 60)
      assert.equal(await store.deleteAll(), 60)
      assert.deepEqual(await store.list('u'), [])
    })

    test('waitForReplicas: a sign-in is answered when a replica has its entry in the index by user', async (t) => {
      const store = freshStore(it.client, { waitForReplicas: { count: 1, timeout: 50 } })
      await store.create(sampleRecord({ userId: 'u' }))
      const replicas = cluster.nodes.slice(3)
      t.after(() => Promise.all(replicas.map((node) => node.resume())))
      for (const node of replicas) await node.pause()
      const record = sampleRecord({ userId: 'u' })
      await assert.rejects(store.create(record), /only 0 of 1 replicas/)
      assert.equal(await store.read(record.sid), null, 'nothing was begun')
      await store.create(sampleRecord())
    })

    test('deleteAll: rejects rather than miss nodes, and waits for a client that is not ready yet', async () => {
      const prefix = freshPrefix()
      const store = redisStore(it.client, { prefix })
      for (let n = 0; n < 9; n++) await store.create(sampleRecord())
      const early = await connect(cluster.rootNodes.slice(0, 1))
      assert.equal(await redisStore(early.client, { prefix }).deleteAll(), 9)
      await early.close()
      await assert.rejects(redisStore(early.client, { prefix }).deleteAll())
    })

    test('what happens at any node is heard, and the way from every node is tried', async (t) => {
      const store = freshStore(it.client)
      const { next, subscription } = listen(store)
      t.after(() => subscription.close())
      await next('listening')
      const records = Array.from({ length: 12 }, () => sampleRecord())
      for (const record of records) {
        await store.create(record)
        await store.update(record.sid, { set: { a: '1' } })
        assert.deepEqual(await next('changed'), { type: 'changed', sid: record.sid })
        await store.delete(record.sid)
        assert.deepEqual(await next('ended'), { type: 'ended', sid: record.sid })
      }
      await subscription.ping('one two')
      assert.deepEqual(await next('echo'), { type: 'echo', id: 'one two' })
    })

    test('waitForReplicas: the node that has the key waits for its own replica', async () => {
      const store = freshStore(it.client, { waitForReplicas: { count: 1, timeout: 2000 } })
      const records = Array.from({ length: 12 }, () => sampleRecord({ userId: 'u' }))
      await Promise.all(records.map((record) => store.create(record)))
      for (const { sid } of records) {
        assert.equal(await store.update(sid, { fields: { secretHash: 'n'.repeat(43) } }), true)
        assert.equal(await store.delete(sid), true)
        assert.equal(await store.delete(sid), false)
      }
    })

    test('sessions stay usable while their slot moves to another node', async () => {
      // Keys of other tests in the same slot would not move along.
      for (const { port } of cluster.nodes.slice(0, 3)) await redisCommand(port, 'FLUSHALL')
      const prefix = freshPrefix()
      const plain = redisStore(it.client, { prefix })
      const waiting = redisStore(it.client, { prefix, waitForReplicas: { count: 1, timeout: '10s' } })
      const records = Array.from({ length: 3 }, () => sampleRecord({ userId: 'u' }))
      for (const record of records) await plain.create(record)
      const [moving, ended, rotated] = records.map(({ sid }) => sid)
      assert.ok(moving && ended && rotated)
      const finish = await moveSlotOf(`${prefix}s:${moving}`)
      assert.equal(await plain.update(moving, { set: { during: '1' } }), true)
      assert.equal(await plain.update(moving, { set: { during: '2' } }), true)
      // Clients do not follow this redirection for two commands together, so what the replicas have is not known.
      await assert.rejects(waiting.update(moving, { fields: { secretHash: 'n' } }), /change is made.*0 of 1/)
      await finish()
      assert.equal(await plain.update(moving, { set: { after: '1' } }), true)
      const seen = await plain.read(moving)
      assert.deepEqual([seen?.secretHash, seen?.data], ['n', { during: '2', after: '1' }])
      await (await moveSlotOf(`${prefix}s:${ended}`))()
      assert.equal(await waiting.delete(ended), true)
      await (await moveSlotOf(`${prefix}s:${rotated}`))()
      const guard = { secretHash: records[2]?.secretHash ?? '' }
      assert.equal(await waiting.update(rotated, { fields: { secretHash: 'n' }, guard }), true)
      assert.equal((await plain.list('u')).length, 2)
      assert.equal(await plain.deleteAll(), 2)
    })
  })
}

for (const [name, connect] of Object.entries(clusterClients)) {
  test(`${name}: when the node that it hears dies, that is told, and all goes on with the others`, async (t) => {
    const it = await connect(cluster.rootNodes)
    t.after(() => it.close())
    const store = freshStore(it.client, { waitForReplicas: { count: 1, timeout: '10s' } })
    // So many that each node has some: only a failover makes all of them writable again.
    const records = Array.from({ length: 60 }, () => sampleRecord())
    for (const record of records) await store.create(record)
    const { next, subscription } = listen(store)
    t.after(() => subscription.close())
    await next('listening')
    for (const record of records) {
      await store.update(record.sid, { fields: { secretHash: 'n' } })
    }
    const node = await heardNode()
    await node.kill()
    let isBack = false
    const bringBack = async () => {
      if (isBack) return
      isBack = true
      await node.restart()
      await untilReplicating(node)
    }
    t.after(bringBack)
    await next('lost')
    await next('listening')
    if (name === 'node-redis 5 cluster') {
      // This version looks for the new primary only when a node redirects it, and no other node has a reason to.
      await until('a replica has taken over', () => isSucceeded(node))
      await bringBack()
    }
    const plain = freshStore(it.client)
    await until('the client can write everywhere', () =>
      Promise.all(records.map((record) => plain.create({ ...record, secretHash: 'same' }))).then(
        () => true,
        () => false,
      ),
    )
    for (const { sid } of records) assert.equal((await store.read(sid))?.secretHash, 'n')
    await subscription.ping('after')
    await next('echo')
  })
}

/** The node that somebody is subscribed to. */
async function heardNode() {
  for (const node of cluster.nodes) {
    if ((await redisCommand(node.port, 'CLIENT LIST TYPE pubsub')).includes('cmd=subscribe')) return node
  }
  return assert.fail('nobody is subscribed')
}

/** Whether all other nodes know that a replica has the slots of this one, which is dead. */
async function isSucceeded(dead: RedisServer): Promise<boolean> {
  const others = cluster.nodes.filter((node) => node !== dead)
  const tables = await Promise.all(others.map(({ port }) => redisCommand(port, 'CLUSTER NODES')))
  const rows = tables.map((table) => table.split('\n').find((row) => row.includes(`:${dead.port}@`)))
  // What follows the eighth word are slots.
  return rows.every((row) => row?.trim().split(' ').length === 8)
}

/** Moves the slot with its keys to another master; resolves between the move and the announcement of it. */
async function moveSlotOf(key: string): Promise<() => Promise<void>> {
  const masters = cluster.nodes.slice(0, 3)
  const [first] = masters
  assert.ok(first)
  const slot = Number((await redisCommand(first.port, `CLUSTER KEYSLOT ${key}`)).slice(1))
  const counts = await Promise.all(
    masters.map(async ({ port }) =>
      Number((await redisCommand(port, `CLUSTER COUNTKEYSINSLOT ${slot}`)).slice(1)),
    ),
  )
  const source = masters[counts.findIndex((count) => count > 0)]
  const target = masters.find((each) => each !== source)
  assert.ok(source && target)
  const idOf = async (port: number) => (await redisCommand(port, 'CLUSTER MYID')).split('\r\n')[1]
  const [sourceId, targetId] = [await idOf(source.port), await idOf(target.port)]
  const ok = async (port: number, command: string) =>
    assert.equal(await redisCommand(port, command), '+OK\r\n')
  await ok(target.port, `CLUSTER SETSLOT ${slot} IMPORTING ${sourceId}`)
  await ok(source.port, `CLUSTER SETSLOT ${slot} MIGRATING ${targetId}`)
  await ok(source.port, `MIGRATE ${target.host} ${target.port} ${key} 0 2000`)
  return async () => {
    for (const node of [target, source]) await ok(node.port, `CLUSTER SETSLOT ${slot} NODE ${targetId}`)
    // With another move before all know of this one, two nodes may claim the slot.
    await until(
      'all nodes agree',
      async () => new Set(await Promise.all(cluster.nodes.map(ownersSeenBy))).size === 1,
    )
  }
}

/** Who has which slots since which epoch, as one node sees it. */
async function ownersSeenBy({ port }: { readonly port: number }): Promise<string> {
  const rows = (await redisCommand(port, 'CLUSTER NODES')).split('\n').map((row) => row.trim().split(' '))
  const owners = rows.flatMap(([id, , , , , , epoch, , ...slots]) =>
    slots.length > 0 ? [[id, epoch, ...slots].join(' ')] : [],
  )
  return owners.sort().join()
}
