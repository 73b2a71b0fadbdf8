import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, describe, test } from 'node:test'
import { Redis } from 'ioredis'
import { type RedisServer, startRedis } from '../../../../../../servers/redis.ts'
import type { SessionStore } from '../../../store.ts'
import { sampleRecord } from '../../../testing/laws/record-laws.ts'
import { singleClients, type TestClient } from '../clients/clients.test-helper.ts'
import { redisStore } from '../redis.ts'

let server: RedisServer
let monitor: Redis
const seen: { args: string[]; source: string }[] = []

before(async () => {
  server = await startRedis()
  const watcher = new Redis(server.url)
  monitor = await watcher.monitor()
  watcher.disconnect()
  monitor.on('monitor', (_time, args: string[], source: string) => seen.push({ args, source }))
})
after(async () => {
  monitor.disconnect()
  await server.stop()
})

/** What the server was sent meanwhile, without what its scripts did: the command and the key of each. */
async function commandsOf(it: TestClient, work: () => Promise<unknown>): Promise<string[]> {
  await seenSoFar(it)
  await work()
  return (await seenSoFar(it))
    .filter(({ source }) => source !== 'lua')
    .map(
      ({ args: [name = '', ...rest] }) =>
        `${name} ${/^EVAL/.test(name) ? rest.slice(1, 3).join(' ') : rest[0]}`,
    )
}

/** All that came before this call. The server tells a monitor in the order in which it runs commands. */
async function seenSoFar(it: TestClient) {
  await it.command('PING', 'now')
  while (seen.at(-1)?.args[1] !== 'now') await once(monitor, 'monitor')
  return seen.splice(0).slice(0, -1)
}

for (const [name, connect] of Object.entries(singleClients)) {
  describe(`${name}: what goes to the server`, () => {
    let it: TestClient
    let store: SessionStore
    const [u, v, w] = ['EVALSHA 1 latchkey:u:u', 'EVALSHA 1 latchkey:u:v', 'EVALSHA 1 latchkey:u:w']
    const record = sampleRecord({ userId: 'u' })
    const key = `EVALSHA 1 latchkey:s:${record.sid}`
    const commands = (work: () => Promise<unknown> | unknown) => commandsOf(it, async () => work())

    before(async () => {
      it = await connect(server.url)
      await it.command('FLUSHALL')
      store = redisStore(it.client)
      // Once by text, so that the server knows the scripts.
      const known = sampleRecord({ userId: 'w' })
      await store.create(known)
      await store.update(known.sid, { set: {} })
      await store.delete(known.sid)
    })
    after(() => it.close())

    test('one command on one key for what each request does', async () => {
      const visitor = sampleRecord()
      assert.deepEqual(await commands(() => store.create(visitor)), [`EVALSHA 1 latchkey:s:${visitor.sid}`])
      assert.deepEqual(await commands(() => store.create(record)), [u, key])
      assert.deepEqual(await commands(() => store.read(record.sid)), [`HMGET latchkey:s:${record.sid}`])
      assert.deepEqual(await commands(() => store.update(record.sid, { set: { a: '1' } })), [key])
      assert.deepEqual(await commands(() => store.update(record.sid, { fields: { secretHash: 'x' } })), [key])
      assert.deepEqual(await commands(() => store.delete(record.sid, { rev: 99 })), [key])
    })

    test('two, the index first, for what makes the session last longer or changes its user', async () => {
      const expiresAt = Date.now() + 3_600_000
      const touch = { fields: { lastSeenAt: 1, expiresAt }, owner: 'u' }
      assert.deepEqual(await commands(() => store.update(record.sid, touch)), [u, key])
      const login = { fields: { userId: 'v', secretHash: 'y', expiresAt } }
      assert.deepEqual(await commands(() => store.update(record.sid, login)), [v, key])
      const visitor = sampleRecord()
      await store.create(visitor)
      const touchVisitor = { fields: { lastSeenAt: 1, expiresAt }, owner: null }
      assert.deepEqual(await commands(() => store.update(visitor.sid, touchVisitor)), [
        `EVALSHA 1 latchkey:s:${visitor.sid}`,
      ])
    })

    test('a writer that does not say whose session it is, or says it wrong, is asked once more', async () => {
      const expiresAt = Date.now() + 7_200_000
      assert.deepEqual(await commands(() => store.update(record.sid, { fields: { expiresAt } })), [
        key,
        v,
        key,
      ])
      const wrong = { fields: { expiresAt }, owner: 'u' }
      assert.deepEqual(await commands(() => store.update(record.sid, wrong)), [u, key, v, key])
      assert.deepEqual(await commands(() => store.update(record.sid, { fields: { userId: 'w' } })), [
        key,
        w,
        key,
      ])
    })

    test('list reads the index, then all its records at once; delete cleans up behind itself', async () => {
      const sent = await commands(() => store.list('w'))
      assert.equal(sent[0], 'ZRANGE latchkey:u:w')
      assert.ok(sent.includes(`HMGET latchkey:s:${record.sid}`))
      assert.ok(sent.slice(1).every((each) => each.startsWith('HMGET latchkey:s:')))
      assert.deepEqual(await commands(() => store.delete(record.sid)), [key, 'ZREM latchkey:u:w'])
      assert.deepEqual(await commands(() => store.list('u')), [
        'ZRANGE latchkey:u:u',
        `HMGET latchkey:s:${record.sid}`,
      ])
    })

    test('records and indexes expire by themselves, the index never before a record', async () => {
      const expiresAt = Date.now() + 3_600_000
      const [short, long] = [sampleRecord({ userId: 'ttl' }), sampleRecord({ userId: 'ttl', expiresAt })]
      const before = Date.now()
      await store.create(long)
      await store.create(short)
      const lives = [`s:${short.sid}`, `s:${long.sid}`, 'u:ttl'].map((key) =>
        it.command('PTTL', `latchkey:${key}`),
      )
      const [shortLife = 0, longLife = 0, indexLife = 0] = (await Promise.all(lives)).map(Number)
      const slack = Date.now() - before + 5
      const grace = 600_000
      assert.ok(shortLife <= grace && shortLife >= grace - slack, String(shortLife))
      assert.ok(longLife <= 3_600_000 + grace && longLife >= 3_600_000 + grace - slack, String(longLife))
      assert.ok(Math.abs(indexLife - longLife) <= slack, String(indexLife))
      await store.deleteAll()
    })

    test('deleteAll scans, and names many keys in one command', async () => {
      await Promise.all(Array.from({ length: 20 }, () => store.create(sampleRecord())))
      const sent = (await commands(() => store.deleteAll())).map((each) => each.split(' ')[0])
      assert.deepEqual([...new Set(sent)], ['SCAN', 'UNLINK', 'EVALSHA', 'PUBLISH'])
      assert.equal(sent.filter((each) => each === 'UNLINK').length, 1)
    })

    test('nothing that managed services forbid is sent', async () => {
      const sent = await commands(async () => {
        const session = sampleRecord({ userId: 'u' })
        await it.command('SCRIPT', 'FLUSH')
        await store.create(session)
        await store.update(session.sid, { set: { a: '1' }, unset: ['b'] })
        await store.list('u')
        await store.delete(session.sid)
        await store.deleteAll()
      })
      const allowed = ['EVALSHA', 'EVAL', 'HMGET', 'ZRANGE', 'ZREM', 'SCAN', 'UNLINK', 'PUBLISH']
      for (const each of sent.slice(1)) assert.ok(allowed.includes(each.split(' ')[0] ?? ''), each)
    })
  })
}

test('what scripts do touches only the key they were given', async () => {
  const it = await (singleClients.ioredis ?? assert.fail())(server.url)
  const store = redisStore(it.client)
  const session = sampleRecord({ userId: 'u' })
  await seenSoFar(it)
  await store.create(session)
  await store.update(session.sid, {
    fields: { userId: 'v', expiresAt: Date.now() },
    set: { a: '1' },
    unset: ['b'],
  })
  await store.delete(session.sid)
  let key: string | undefined
  for (const { args, source } of await seenSoFar(it)) {
    if (source !== 'lua') key = args[0]?.startsWith('EVAL') ? args[3] : undefined
    else if (args[0] !== 'PUBLISH' && args[0] !== 'TIME') assert.equal(args[1], key, args.join(' '))
  }
  await it.close()
})
