import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type RedisServer, startRedis } from '../../../../../../servers/redis.ts'
import { until } from '../../../../../../servers/until.ts'
import { sampleRecord } from '../../../testing/laws/record-laws.ts'
import { freshStore, singleClients, type TestClient } from '../clients/clients.test-helper.ts'

let server: RedisServer
before(async () => {
  // With everysec Redis puts its writes off while the disk is behind, and a kill then takes them with it.
  server = await startRedis({ settings: { appendonly: 'yes', appendfsync: 'always' } })
})
after(() => server.stop())

for (const [name, connect] of Object.entries(singleClients)) {
  describe(name, () => {
    let it: TestClient
    before(async () => {
      it = await connect(server.url)
    })
    after(() => it.close())

    test('a full server refuses new sessions and larger ones; the others go on, and can be ended', async (t) => {
      const store = freshStore(it.client)
      const record = sampleRecord({ userId: 'u', data: { old: '1' } })
      const ended = sampleRecord({ userId: 'u' })
      await store.create(record)
      await store.create(ended)
      await it.command('CONFIG', 'SET', 'maxmemory', '1')
      t.after(() => it.command('CONFIG', 'SET', 'maxmemory', '0'))
      await assert.rejects(store.create(sampleRecord({ userId: 'u' })), /OOM/)
      await assert.rejects(store.create(sampleRecord()), /OOM/)
      await assert.rejects(store.update(record.sid, { set: { more: '1' } }), /OOM/)
      const expiresAt = Date.now() + 3_600_000
      assert.equal(await store.update(record.sid, { fields: { lastSeenAt: 5, expiresAt }, owner: 'u' }), true)
      const login = { fields: { userId: 'u', secretHash: 'n'.repeat(43), expiresAt } }
      assert.equal(await store.update(record.sid, { ...login, unset: ['old'] }), true)
      assert.equal(await store.delete(ended.sid), true)
      const [left, ...others] = await store.list('u')
      assert.deepEqual(left, { ...record, ...login.fields, lastSeenAt: 5, rev: 2, data: {} })
      assert.deepEqual(others, [])
    })

    test('where publishing is not allowed, nothing is changed without being told', async (t) => {
      await it.command('ACL', 'SETUSER', 'mute', 'on', '>secret', '~*', '+@all', 'resetchannels')
      const url = new URL(server.url)
      url.username = 'mute'
      url.password = 'secret'
      const mute = await connect(url.href)
      t.after(() => mute.close())
      const record = sampleRecord()
      const store = freshStore(mute.client)
      await store.create(record)
      await assert.rejects(store.update(record.sid, { set: { a: '1' } }), /channel|NOPERM/)
      assert.deepEqual(await store.read(record.sid), record)
      await assert.rejects(store.delete(record.sid), /channel|NOPERM/)
      const quiet = freshStore(mute.client, { announce: false })
      await quiet.create(record)
      assert.equal(await quiet.update(record.sid, { set: { a: '1' } }), true)
      assert.equal(await quiet.delete(record.sid), true)
    })

    test('killed under load and started again: nothing is let in wrongly, and all works without a restart', async () => {
      const store = freshStore(it.client)
      const [kept, ended] = [sampleRecord({ userId: 'u' }), sampleRecord({ userId: 'u' })]
      await store.create(kept)
      await store.create(ended)
      await store.delete(ended.sid)
      const load = Array.from({ length: 200 }, (_, n) => [
        store.update(kept.sid, { set: { [`k${n % 10}`]: String(n) } }),
        store.update(ended.sid, { set: { late: '1' } }),
        Promise.resolve(store.read(ended.sid)),
      ]).flat()
      const outcomes = Promise.allSettled(load)
      await server.kill()
      await server.restart()
      await until('the store answers', async () => {
        try {
          return (await store.read(kept.sid)) !== null
        } catch {
          return false
        }
      })
      for (const [index, outcome] of (await outcomes).entries()) {
        if (outcome.status === 'rejected' || index % 3 === 0) continue
        assert.ok(outcome.value === false || outcome.value === null, 'an ended session came back')
      }
      assert.equal(await store.read(ended.sid), null)
      assert.equal(await store.update(kept.sid, { set: { after: '1' } }), true)
    })
  })
}
