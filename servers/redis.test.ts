import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { createClient } from 'redis'
import { assertPauses } from './pausing.ts'
import { isFree } from './ports.ts'
import { startRedis } from './redis.ts'
import { fieldOf, redisCommand } from './redis-command.ts'

async function connect(t: TestContext, url: string) {
  const client = createClient({ url, socket: { reconnectStrategy: false } })
  client.on('error', () => {})
  await client.connect()
  t.after(() => client.isOpen && client.destroy())
  return client
}

test('Redis answers, forgets at a kill, and leaves nothing behind', async (t) => {
  const server = await startRedis()
  t.after(() => server.stop())
  await (await connect(t, server.url)).set('key', 'value')
  await server.restart()
  assert.equal(await (await connect(t, server.url)).get('key'), null)
  await server.kill()
  await assert.rejects(connect(t, server.url), { code: 'ECONNREFUSED' })
  await server.stop()
  assert.ok(await isFree(server.port))
  assert.ok(!existsSync(server.folder))
})

test('settings turn persistence and a password on', async (t) => {
  const settings = { appendonly: 'yes', appendfsync: 'always', requirepass: 'secret' }
  const server = await startRedis({ settings })
  t.after(() => server.stop())
  const url = server.url.replace('://', '://:secret@')
  await (await connect(t, url)).set('key', 'value')
  await server.kill()
  await server.restart()
  assert.equal(await (await connect(t, url)).get('key'), 'value')
})

test('a paused Redis answers once it is resumed', async (t) => {
  const server = await startRedis()
  t.after(() => server.stop())
  const client = await connect(t, server.url)
  await assertPauses(server, () => client.ping())
})

test('a paused Redis can be killed and stopped', async (t) => {
  const server = await startRedis()
  t.after(() => server.stop())
  await server.pause()
  await server.restart()
  await (await connect(t, server.url)).ping()
  await server.pause()
  await server.stop()
  assert.ok(await isFree(server.port))
})

test('a replica has the data of its primary and takes no writes', async (t) => {
  const primary = await startRedis()
  t.after(() => primary.stop())
  await (await connect(t, primary.url)).set('key', 'value')
  const replica = await startRedis({ replicaOf: primary })
  const follows = fieldOf(await redisCommand(replica.port, 'INFO'), 'master_link_status')
  t.after(() => replica.stop())
  assert.equal(follows, 'up')
  const client = await connect(t, replica.url)
  assert.equal(await client.get('key'), 'value')
  await assert.rejects(client.set('key', 'other'), /READONLY/)
})

test('what keeps Redis from starting is said, and nothing is left', async (t) => {
  await assert.rejects(startRedis({ settings: { nonsense: 'yes' } }), /nonsense/)
  const server = await startRedis()
  t.after(() => server.stop())
  await assert.rejects(startRedis({ port: server.port }), /in use/)
})
