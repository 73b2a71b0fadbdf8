import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, connect as dial } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { type RedisServer, startRedis, untilReplicating } from '../../../../../../servers/redis.ts'
import { redisCommand } from '../../../../../../servers/redis-command.ts'
import { until } from '../../../../../../servers/until.ts'
import { isSessionError } from '../../../errors.ts'
import { sampleRecord } from '../../../testing/laws/record-laws.ts'
import { freshPrefix, freshStore, poolClients, singleClients } from '../clients/clients.test-helper.ts'
import { redisStore } from '../redis.ts'

let primary: RedisServer
let replica: RedisServer
before(async () => {
  primary = await startRedis()
  replica = await startRedis({ replicaOf: primary })
})
after(async () => {
  await replica.stop()
  await primary.stop()
})

const notOnAReplica = (error: unknown) =>
  isSessionError(error) &&
  error.code === 'store_unavailable' &&
  /change is made.*0 of 1 replicas/.test(error.message)
const rotation = (n: number) => ({ fields: { secretHash: String(n).repeat(43) } })

for (const name of ['node-redis', 'node-redis 5', 'ioredis']) {
  const connect = singleClients[name] ?? assert.fail()

  test(`${name}: waitForReplicas answers only for what a replica has`, async (t) => {
    const it = await connect(primary.url)
    t.after(() => it.close())
    t.after(() => replica.resume())
    const prefix = freshPrefix()
    const store = redisStore(it.client, { prefix, waitForReplicas: { count: 1, timeout: 50 } })
    const patient = redisStore(it.client, { prefix, waitForReplicas: { count: 1, timeout: '10s' } })
    const [rotated, ended, gone, kept] = [1, 2, 3, 4].map(() => sampleRecord({ userId: 'u' }))
    assert.ok(rotated && ended && gone && kept)
    for (const record of [rotated, ended, gone, kept]) await store.create(record)
    assert.equal(await patient.update(rotated.sid, rotation(1)), true)
    assert.equal(await patient.delete(gone.sid), true)
    assert.equal(await patient.delete(gone.sid), false)

    await replica.pause()
    await assert.rejects(store.update(rotated.sid, rotation(2)), notOnAReplica)
    assert.equal((await store.read(rotated.sid))?.secretHash, rotation(2).fields.secretHash, 'it is made')
    await assert.rejects(store.delete(ended.sid), notOnAReplica)
    assert.equal(await store.read(ended.sid), null, 'it is made')
    await assert.rejects(store.delete(ended.sid), notOnAReplica, 'a second try must not claim more')
    assert.equal(await store.update(kept.sid, { set: { a: '1' } }), true, 'no security hangs on it')
    assert.equal(
      await store.update(kept.sid, { ...rotation(1), guard: { rev: 9 } }),
      false,
      'nothing was changed',
    )
    assert.equal(await store.delete(kept.sid, { rev: 9 }), false, 'nothing was changed')
    await assert.rejects(store.deleteAll(), notOnAReplica)

    await replica.resume()
    await until(
      'the replica answers again',
      async () => (await redisCommand(replica.port, 'PING')) === '+PONG\r\n',
    )
    const confirmations = [1, 2].map(() => patient.confirmDeleted?.(gone.sid, {}))
    const [confirmed, another] = await Promise.allSettled(confirmations)
    assert.deepEqual(
      [confirmed?.status, another?.status],
      ['fulfilled', 'rejected'],
      'anybody may ask for it',
    )
    for (let n = 0; n < 3; n++) await patient.create(sampleRecord())
    assert.equal(await patient.deleteAll(), 3)
    assert.equal(await patient.deleteAll(), 0)
    await assert.rejects(
      freshStore(it.client, { waitForReplicas: { count: 2, timeout: 20 } }).delete(kept.sid),
      /only 1 of 2 replicas/,
    )
  })
}

describe('a primary that has become a replica', { concurrency: true }, () => {
  for (const name of ['node-redis', 'node-redis 5', 'ioredis', 'node-redis pool', 'node-redis 5 pool']) {
    const connect = singleClients[name] ?? poolClients[name] ?? assert.fail()

    test(`${name}: writes are refused, until the client connects anew by itself and finds the new one`, async (t) => {
      const first = await startRedis()
      t.after(() => first.stop())
      const second = await startRedis({ replicaOf: first })
      t.after(() => second.stop())
      const name = await startName(first.port)
      t.after(() => name.stop())
      const it = await connect(`redis://127.0.0.1:${name.port}`)
      t.after(() => it.close())
      const store = freshStore(it.client)
      const record = sampleRecord({ userId: 'u' })
      await store.create(record)
      await until('the replica has it', async () => (await redisCommand(second.port, 'DBSIZE')) === ':2\r\n')

      await redisCommand(second.port, 'REPLICAOF NO ONE')
      await redisCommand(first.port, `REPLICAOF 127.0.0.1 ${second.port}`)
      await untilReplicating(first)
      name.leadTo(second.port)
      const unknown = sampleRecord().sid
      const attempts = [
        store.delete(record.sid),
        store.delete(unknown),
        store.update(unknown, { set: {} }),
        store.update(record.sid, { set: {}, guard: { rev: 9 } }),
      ]
      await Promise.all(attempts.map((attempt) => assert.rejects(attempt, /READONLY/)))
      await until('the store is writable', () =>
        store.delete(record.sid).then(
          () => true,
          () => false,
        ),
      )
      assert.deepEqual(await store.list('u'), [])
    })
  }
})

/** What a DNS name or a virtual address does: leads each new connection to the server that it stands for now. */
async function startName(port: number) {
  let target = port
  const server = createServer((near) => {
    const far = dial(target, '127.0.0.1')
    near.pipe(far).pipe(near)
    near.on('error', () => near.destroy())
    far.on('error', () => far.destroy())
    far.on('close', () => near.destroy())
    near.on('close', () => far.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    leadTo: (to: number) => {
      target = to
    },
    stop: async () => {
      server.close()
    },
  }
}
