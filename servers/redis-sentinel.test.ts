import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSentinel } from 'redis'
import { isFree } from './ports.ts'
import { startRedis } from './redis.ts'
import { fieldOf, redisCommand } from './redis-command.ts'
import { startSentinels } from './redis-sentinel.ts'
import { until } from './until.ts'

test('sentinels name the primary, and promote the replica when it is killed', async (t) => {
  const primary = await startRedis()
  t.after(() => primary.stop())
  const replica = await startRedis({ replicaOf: primary })
  t.after(() => replica.stop())
  const sentinels = await startSentinels({ primary, name: 'ours', downAfter: 300 })
  t.after(() => sentinels.stop())
  const client = createSentinel({ name: 'ours', sentinelRootNodes: [...sentinels.addresses] })
  client.on('error', () => {})
  await client.connect()
  t.after(() => client.destroy())
  await client.set('key', 'value')
  assert.match(await redisCommand(primary.port, 'GET key'), /value/)

  await primary.kill()
  await until('the replica is the primary', async () => {
    return fieldOf(await redisCommand(replica.port, 'INFO'), 'role') === 'master'
  })
  await sentinels.stop()
  for (const { port } of sentinels.addresses) assert.ok(await isFree(port))
})
