import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { after, test } from 'node:test'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { startRedis } from '../../../../../../servers/redis.ts'
import { sampleRecord } from '../../../testing/laws/record-laws.ts'
import { redisStore } from '../redis.ts'

const server = await startRedis()
after(() => server.stop())

test('ioredis sends the reads of one turn in one system call, also after it has connected anew', async (t) => {
  const client = new Redis(server.url)
  t.after(() => client.disconnect())
  const store = redisStore(client)
  const record = sampleRecord({})
  const { sid } = record
  await store.create(record)
  const readAtOnce = async () => {
    const writes = countWrites(client.stream as Socket)
    const found = await Promise.all(Array.from({ length: 20 }, () => store.read(sid)))
    assert.ok(found.every((record) => record?.sid === sid))
    return writes()
  }
  assert.equal(await readAtOnce(), 1)
  assert.equal(await readAtOnce(), 1)
  client.disconnect(true)
  await once(client, 'ready')
  assert.equal(await readAtOnce(), 1)
})

test('a read that comes before the client has connected waits for that, as the client does', async (t) => {
  const client = new Redis(server.url)
  t.after(() => client.disconnect())
  assert.equal(await redisStore(client).read('nobody'), null)
})

test('node-redis keeps no timer for reads, but for those of a crowd and for writes', async (t) => {
  const timed: string[] = []
  const client = await createClient({ url: server.url }).connect()
  t.after(() => client.destroy())
  watchOptions(client, (args, options) => {
    if (!('timeout' in options)) timed.push(String(args[0]))
  })
  const store = redisStore(client, { prefix: 'timers:' })
  await store.create(sampleRecord({}))
  assert.equal(timed.splice(0).includes('HMGET'), false)
  const reading = Array.from({ length: 1003 }, () => store.read('nobody'))
  assert.deepEqual(timed.splice(0), ['HMGET', 'HMGET', 'HMGET'])
  await Promise.all(reading)
  await store.read('nobody')
  assert.deepEqual(timed, [], 'the crowd is gone')
  await store.delete('nobody')
  assert.ok(timed.length > 0)
})

test('reads that failed are no crowd', async () => {
  const timed: boolean[] = []
  const client = createClient({ url: server.url, disableOfflineQueue: true })
  client.on('error', () => undefined)
  watchOptions(client, (_args, options) => timed.push(!('timeout' in options)))
  const store = redisStore(client)
  for (let round = 0; round < 2; round++) {
    const reads = Array.from({ length: 1000 }, () => store.read('nobody'))
    for (const { status } of await Promise.allSettled(reads)) assert.equal(status, 'rejected')
  }
  assert.equal(timed.includes(true), false)
})

/** Sees what the client is asked, and lets it pass. */
function watchOptions(client: object, see: (args: readonly string[], options: object) => void): void {
  const { sendCommand } = client as { sendCommand: (args: readonly string[], options: object) => unknown }
  Object.assign(client, {
    sendCommand(args: readonly string[], options: object) {
      see(args, options)
      return sendCommand.call(client, args, options)
    },
  })
}

/** Counts the system calls that write to a socket from now on. */
function countWrites(socket: Socket): () => number {
  let writes = 0
  const { _write, _writev } = socket
  socket._write = (...args) => {
    writes++
    return _write.apply(socket, args)
  }
  socket._writev = (...args) => {
    writes++
    return _writev?.apply(socket, args)
  }
  return () => {
    Object.assign(socket, { _write, _writev })
    return writes
  }
}
