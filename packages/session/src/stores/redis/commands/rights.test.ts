import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, type TestContext, test } from 'node:test'
import { type RedisServer, startRedis } from '../../../../../../servers/redis.ts'
import { redisCommand } from '../../../../../../servers/redis-command.ts'
import type { SessionStore } from '../../../store.ts'
import { storeLaws } from '../../../testing/index.ts'
import { sampleRecord } from '../../../testing/laws/record-laws.ts'
import { listen, singleClients } from '../clients/clients.test-helper.ts'
import { redisStore } from '../redis.ts'

// What docs/operating.md tells to give the application's user, word for word.
const docs = await readFile(new URL('../../../../../../docs/operating.md', import.meta.url), 'utf8')
const [, line = ''] = /^ {4}ACL SETUSER app on >\.\.\. (.+)$/m.exec(docs) ?? []
const words = line.split(' ')
const rights = words.filter((word) => word.startsWith('+'))

const server: RedisServer = await startRedis()
after(() => server.stop())

const setUser = async (all: readonly string[]) =>
  assert.equal(
    await redisCommand(server.port, `ACL SETUSER app reset on >secret ${all.join(' ')}`),
    '+OK\r\n',
  )

/** A client of the user, who has these rights. */
async function connect(t: TestContext, name: string, all: readonly string[], path = '') {
  await setUser(all)
  const url = new URL(server.url + path)
  url.username = 'app'
  url.password = 'secret'
  const it = await (singleClients[name] ?? assert.fail())(url.href)
  t.after(() => it.close())
  return it
}

for (const [name, more] of [
  ['node-redis', []],
  ['ioredis', ['+info']],
] as const) {
  test(`${name}: with the rights of the documentation, and no others, the laws hold`, async (t) => {
    const it = await connect(t, name, [...words, ...more])
    const emptied = async () => {
      await redisCommand(server.port, 'FLUSHALL')
      return redisStore(it.client)
    }
    const laws = storeLaws(emptied, { sweeps: false, announces: true })
    for (const law of laws) await t.test(law.name, law.run)
  })
}

/** Everything that a store does, on a server that knows no scripts yet. */
async function useAll(store: SessionStore): Promise<void> {
  await useRecords(store)
  const { subscription, heard, next } = listen(store)
  await Promise.race([next('listening'), next('lost')])
  await subscription.close()
  assert.equal(heard[0]?.type, 'listening')
}

async function useRecords(store: SessionStore): Promise<void> {
  await redisCommand(server.port, 'SCRIPT FLUSH')
  const expiresAt = Date.now() + 3_600_000
  const record = sampleRecord({ userId: 'u', data: { a: '1' }, expiresAt })
  await store.create(record)
  await store.read(record.sid)
  await store.update(record.sid, { set: { b: '2' }, unset: ['a'] })
  await store.update(record.sid, { unset: ['b'] })
  await store.update(record.sid, { fields: { userId: 'v' } })
  await store.update(record.sid, { fields: { expiresAt: expiresAt + 1 }, owner: 'v' })
  await store.list('v')
  await store.delete(record.sid)
  for (let n = 0; n < 2; n++) await store.create(sampleRecord())
  await store.deleteAll()
}

const refused = /permission|can't run|can't publish|listening/

test('none of these rights is there for nothing', async (t) => {
  await useAll(redisStore((await connect(t, 'node-redis', words)).client))
  assert.ok(rights.length > 10 && words.some((word) => word.startsWith('&')))
  for (const right of words) {
    const isGiven = right.startsWith('+') || right.startsWith('&')
    if (!isGiven) continue
    const { client } = await connect(
      t,
      'node-redis',
      words.filter((word) => word !== right),
    )
    await assert.rejects(useAll(redisStore(client)), refused, `${right} is not needed`)
  }
})

test('what else some set-ups need, and what those without announcements do not', async (t) => {
  const another = async (...more: string[]) =>
    useAll(redisStore((await connect(t, 'ioredis', [...words, '+info', ...more], '/1')).client))
  await assert.rejects(another(), refused)
  await another('+select')
  const waiting = async (...more: string[]) => {
    const { client } = await connect(t, 'node-redis', [...words, ...more])
    const waitForReplicas = { count: 1, timeout: 1 }
    await redisStore(client, { waitForReplicas }).delete(sampleRecord().sid)
  }
  await assert.rejects(waiting('+wait'), refused)
  await assert.rejects(waiting('+set'), refused)
  await assert.rejects(waiting('+wait', '+set'), /only 0 of 1 replicas/)
  const pinging = async (...more: string[]) =>
    (await connect(t, 'node-redis', [...words, ...more])).command('PING')
  await assert.rejects(pinging(), refused)
  assert.equal(await pinging('+ping'), 'PONG')
  const silent = words.filter((word) => !/^&|publish|subscribe/.test(word))
  assert.equal(silent.length, words.length - 3)
  const { client } = await connect(t, 'node-redis', silent)
  await useRecords(redisStore(client, { announce: false }))
})
