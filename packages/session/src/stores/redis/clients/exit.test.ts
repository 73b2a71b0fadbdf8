import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { startRedis } from '../../../../../../servers/redis.ts'

// A client that goes on connecting after it was destroyed keeps the process alive for ever: only a process of its own
// shows that.
for (const client of ['node-redis', 'node-redis 5', 'ioredis']) {
  test(`${client}: a process whose subscription broke and was closed ends by itself`, async (t) => {
    const server = await startRedis()
    t.after(() => server.stop())
    const script = `
      import { redisStore } from ${JSON.stringify(new URL('../redis.ts', import.meta.url).href)}
      import { singleClients } from ${JSON.stringify(new URL('./clients.test-helper.ts', import.meta.url).href)}
      const { client, close } = await singleClients[process.env.CLIENT](process.env.URL)
      const store = redisStore(client)
      let listened = 0
      await new Promise((resolve) => {
        store.subscribe(async ({ type }) => {
          if (type === 'listening' && ++listened === 5) resolve()
          else if (type === 'listening') await client[client.sendCommand && client.isOpen ? 'sendCommand' : 'call'](
            ...(client.sendCommand && client.isOpen ? [['CLIENT', 'KILL', 'TYPE', 'pubsub']] : ['CLIENT', ['KILL', 'TYPE', 'pubsub']]))
        })
      })
      await store.close()
      await close()
      process.stdout.write('closed')
    `
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, URL: server.url, CLIENT: client },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    t.after(() => child.kill('SIGKILL'))
    const output = text(child.stdout)
    const [code] = await once(child, 'exit')
    assert.deepEqual([code, await output], [0, 'closed'])
  })
}
