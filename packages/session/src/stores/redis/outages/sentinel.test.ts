import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type RedisServer, startRedis } from '../../../../../../servers/redis.ts'
import { type Sentinels, startSentinels } from '../../../../../../servers/redis-sentinel.ts'
import { until } from '../../../../../../servers/until.ts'
import { storeLaws } from '../../../testing/index.ts'
import { sampleRecord } from '../../../testing/laws/record-laws.ts'
import {
  freshStore,
  type Listening,
  listen,
  sentinelClients,
  type TestClient,
} from '../clients/clients.test-helper.ts'

let primary: RedisServer
let replica: RedisServer
let sentinels: Sentinels
const clients = new Map<string, TestClient>()
before(async () => {
  primary = await startRedis()
  replica = await startRedis({ replicaOf: primary })
  sentinels = await startSentinels({ primary, name: 'main', downAfter: 500 })
  for (const [name, connect] of Object.entries(sentinelClients)) {
    clients.set(name, await connect(sentinels.addresses, 'main'))
  }
})
after(async () => {
  for (const client of clients.values()) await client.close()
  await sentinels.stop()
  await replica.stop()
  await primary.stop()
})

const clientOf = (name: string) => (clients.get(name) ?? assert.fail()).client

for (const name of Object.keys(sentinelClients)) {
  describe(name, () => {
    for (const law of storeLaws(() => freshStore(clientOf(name)), { sweeps: false })) test(law.name, law.run)

    test('waitForReplicas: a logout resolves when the replica has it', async () => {
      const store = freshStore(clientOf(name), { waitForReplicas: { count: 1, timeout: '10s' } })
      const record = sampleRecord({ userId: 'u' })
      await store.create(record)
      assert.equal(await store.delete(record.sid), true)
    })
  })
}

test('a failover is told, and everything goes on at the new primary without a restart', async (t) => {
  const users = await Promise.all(
    [...clients].map(async ([name, { client }]) => {
      const store = freshStore(client, { waitForReplicas: { count: 1, timeout: '10s' } })
      const [kept, ended] = [sampleRecord({ userId: 'u' }), sampleRecord({ userId: 'u' })]
      const listening: Listening = listen(store)
      t.after(() => listening.subscription.close())
      await listening.next('listening')
      await store.create(kept)
      await store.create(ended)
      await store.delete(ended.sid)
      return { name, store, kept, ended, listening, writable: freshStore(client) }
    }),
  )
  await primary.kill()
  for (const { name, store, kept, ended, listening, writable } of users) {
    await listening.next('lost')
    await listening.next('listening')
    await until(`${name} writes`, () =>
      writable.create(sampleRecord()).then(
        () => true,
        () => false,
      ),
    )
    assert.deepEqual(
      (await store.list('u')).map(({ sid }) => sid),
      [kept.sid],
    )
    assert.equal(await store.read(ended.sid), null, 'an ended session came back')
    await listening.subscription.ping('after')
    await listening.next('echo')
  }
})
