import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { type RedisServer, startRedis } from '../../../../../../servers/redis.ts'
import { redisCommand } from '../../../../../../servers/redis-command.ts'
import { until } from '../../../../../../servers/until.ts'
import type { SessionPatch, SessionStore } from '../../../store.ts'
import { sampleRecord } from '../../../testing/laws/record-laws.ts'
import {
  freshStore,
  type Listening,
  listen,
  poolClients,
  singleClients,
  type TestClient,
} from '../clients/clients.test-helper.ts'
import { redisStore } from '../redis.ts'

let server: RedisServer
before(async () => {
  server = await startRedis()
})
after(() => server.stop())

const subscribers = async () =>
  Number(/^#?.*/.exec(await redisCommand(server.port, 'PUBLISH latchkey:events x'))?.[0].slice(1))

for (const [name, connect] of Object.entries(singleClients)) {
  describe(name, () => {
    let it: TestClient
    let store: SessionStore
    let listening: Listening
    beforeEach(async () => {
      it = await connect(server.url)
      store = redisStore(it.client)
      listening = listen(store)
      await listening.next('listening')
    })
    afterEach(async () => {
      await store.close?.()
      await it.close()
    })

    test('endings and changes are told, and what only keeps a session alive is not', async () => {
      const record = sampleRecord({ userId: 'u' })
      const previous = { hash: 'p', confirmedAt: null, nonce: null }
      const untold: SessionPatch[] = [
        { fields: { lastSeenAt: 1, expiresAt: Date.now() }, owner: 'u' },
        { fields: { renewedAt: 1 } },
        { set: { a: '1' }, guard: { rev: 99 } },
      ]
      const told: SessionPatch[] = [
        { set: { a: '1' } },
        { unset: ['a'] },
        { fields: { secretHash: 'x' } },
        { fields: { previous } },
        { fields: { policy: 'short' } },
        { fields: { userId: null } },
        { fields: { authenticatedAt: 1 } },
      ]
      await store.create(record)
      for (const patch of untold) await store.update(record.sid, patch)
      for (const patch of told) await store.update(record.sid, patch)
      await store.delete(record.sid, { rev: 99 })
      await store.delete(record.sid)
      await store.delete(record.sid)
      await store.deleteAll()
      await listening.subscription.ping('last')
      await listening.next('echo')
      const { sid } = record
      assert.deepEqual(listening.heard, [
        { type: 'listening' },
        ...told.map(() => ({ type: 'changed', sid })),
        { type: 'ended', sid },
        { type: 'ended', sid: null },
        { type: 'echo', id: 'last' },
      ])
    })

    test('echoes are for who pinged, other events for everyone', async () => {
      const other = listen(store)
      await other.next('listening')
      await other.subscription.ping('mine')
      await other.next('echo')
      await listening.subscription.ping('mine')
      await listening.next('echo')
      assert.deepEqual([listening.heard.length, other.heard.length], [2, 2])
    })

    test('a store that does not announce is silent', async () => {
      const quiet = redisStore(it.client, { announce: false })
      const record = sampleRecord()
      await quiet.create(record)
      await quiet.update(record.sid, { set: { a: '1' } })
      await quiet.delete(record.sid)
      await quiet.deleteAll()
      await listening.subscription.ping('last')
      await listening.next('echo')
      assert.equal(listening.heard.length, 2)
    })

    test('a connection that the server closes is told, and replaced', async () => {
      for (let n = 0; n < 3; n++) {
        await redisCommand(server.port, 'CLIENT KILL TYPE pubsub')
        await listening.next('lost')
        await listening.next('listening')
        await listening.subscription.ping(`${n}`)
        await listening.next('echo')
      }
    })

    test('a server that is killed and comes back is told, and heard again', async () => {
      await server.kill()
      await listening.next('lost')
      await server.restart()
      await listening.next('listening')
      const record = sampleRecord()
      await until('the client is back', () =>
        store.create(record).then(
          () => true,
          () => false,
        ),
      )
      await store.delete(record.sid)
      assert.deepEqual(await listening.next('ended'), { type: 'ended', sid: record.sid })
      assert.equal(listening.heard.filter(({ type }) => type === 'lost').length, 1)
    })

    test('close gives the connection back, and nothing is heard any more', async () => {
      assert.equal(await subscribers(), 1)
      await listening.subscription.close()
      await listening.subscription.close()
      await until('the server has no subscriber', async () => (await subscribers()) === 0)
      await store.deleteAll()
      assert.deepEqual(listening.heard, [{ type: 'listening' }])
    })
  })
}

const namedAlike = { ...singleClients, ...poolClients }
for (const [name, connect] of Object.entries(namedAlike)) {
  test(`${name}: what happens in one database is told in no other`, async (t) => {
    const clients = await Promise.all(['', '/1', '/2'].map((path) => connect(server.url + path)))
    const stores = clients.map(({ client }) => redisStore(client))
    t.after(async () => {
      await Promise.all(stores.map((store) => store.close?.()))
      await Promise.all(clients.map((client) => client.close()))
    })
    const ears = stores.map(listen)
    for (const ear of ears) await ear.next('listening')
    const record = sampleRecord()
    for (const store of stores) {
      await store.create(record)
      await store.update(record.sid, { set: { a: '1' } })
      await store.delete(record.sid)
      await store.deleteAll()
    }
    const { sid } = record
    for (const { subscription, next, heard } of ears) {
      await subscription.ping('last')
      await next('echo')
      assert.deepEqual(heard, [
        { type: 'listening' },
        { type: 'changed', sid },
        { type: 'ended', sid },
        { type: 'ended', sid: null },
        { type: 'echo', id: 'last' },
      ])
    }
  })
}

test('in the first database the channel is that of earlier versions: servers of both hear each other', async (t) => {
  const it = await (singleClients.ioredis ?? assert.fail())(server.url)
  const store = redisStore(it.client)
  t.after(async () => {
    await store.close?.()
    await it.close()
  })
  const { next, subscription } = listen(store)
  await next('listening')
  await redisCommand(server.port, 'PUBLISH latchkey:events eA-session')
  assert.deepEqual(await next('ended'), { type: 'ended', sid: 'A-session' })
  await subscription.close()
})

for (const name of ['node-redis', 'node-redis 5', 'ioredis']) {
  const connect = singleClients[name] ?? assert.fail()

  test(`${name}: pings that stay unanswered replace a connection that is dead without a word`, async (t) => {
    const it = await connect(server.url)
    const store = redisStore(it.client)
    t.after(async () => {
      await server.resume()
      await store.close?.()
      await it.close()
    })
    const listening = listen(store)
    await listening.next('listening')
    // More than once, because what one replacement leaves behind shows only after the next.
    for (let round = 0; round < 3; round++) {
      await server.pause()
      const pings = ['1', '2', '3'].map((id) => listening.subscription.ping(id).catch(() => undefined))
      await listening.next('lost')
      await server.resume()
      await listening.next('listening')
      await Promise.all(pings)
    }
    await listening.subscription.ping('4')
    await listening.next('echo')
    await listening.subscription.close()
    await until('no connection is left behind', async () => (await subscribers()) === 0)
  })

  test(`${name}: a server that is not there yet is waited for`, async (t) => {
    const it = await connect(server.url)
    const store = freshStore(it.client)
    t.after(async () => {
      await store.close?.()
      await it.close()
    })
    await server.kill()
    const listening = listen(store)
    await listening.next('lost')
    await server.restart()
    await listening.next('listening')
    assert.deepEqual(listening.heard, [{ type: 'lost' }, { type: 'listening' }])
  })
}
