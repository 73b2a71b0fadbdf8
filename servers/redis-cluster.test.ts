import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCluster } from 'redis'
import { isFree } from './ports.ts'
import { startRedisCluster } from './redis-cluster.ts'
import { fieldOf, redisCommand } from './redis-command.ts'
import { until } from './until.ts'

test('a cluster has all slots, and a replica takes over from a killed master', async (t) => {
  const cluster = await startRedisCluster()
  t.after(() => cluster.stop())
  const client = createCluster({ rootNodes: cluster.nodes.map(({ url }) => ({ url })) })
  client.on('error', () => {})
  await client.connect()
  t.after(() => client.destroy())
  const keys = Array.from({ length: 50 }, (_, index) => `key-${index}`)
  await Promise.all(keys.map((key) => client.set(key, key)))
  assert.deepEqual(await Promise.all(keys.map((key) => client.get(key))), keys)

  const [master, , , replica] = cluster.nodes
  assert.ok(master && replica)
  assert.equal(await roleOf(replica.port), 'slave')
  await master.kill()
  await until('the replica is a master', async () => (await roleOf(replica.port)) === 'master')
  await master.restart()
  await until('the old master follows', async () => (await roleOf(master.port)) === 'slave')
  await cluster.stop()
  for (const { port } of cluster.nodes) assert.ok((await isFree(port)) && (await isFree(port + 10_000)))
})

test('a cluster can be one master and its replica', async (t) => {
  const { nodes, rootNodes, stop } = await startRedisCluster({ masters: 1, replicas: 1, nodeTimeout: 700 })
  t.after(stop)
  assert.deepEqual(
    rootNodes,
    nodes.map(({ host, port }) => ({ host, port })),
  )
  assert.deepEqual(await Promise.all(nodes.map(({ port }) => roleOf(port))), ['master', 'slave'])
})

async function roleOf(port: number): Promise<string | undefined> {
  return fieldOf(await redisCommand(port, 'INFO'), 'role')
}
