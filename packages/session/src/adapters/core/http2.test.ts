import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { createSessions } from '../../create-sessions.ts'
import type { Sessions } from '../../sessions.ts'
import { memoryStore } from '../../stores/memory/memory.ts'
import { fetchSession } from '../fetch.ts'
import { honoSession } from '../hono.ts'
import { nodeSession } from '../node.ts'

// Over HTTP/2 there is no Host: what stands for it, `:authority`, is not among the headers of every framework.

type Listener = (req: Http2ServerRequest, res: Http2ServerResponse) => unknown

const adapters: Readonly<Record<string, (sessions: Sessions) => Listener>> = {
  node: (sessions) => nodeSession(sessions, (_req, res) => void res.end('done')) as unknown as Listener,
  fetch: (sessions) => getRequestListener(fetchSession(sessions, () => new Response('done'))) as Listener,
  hono(sessions) {
    const app = new Hono()
    app.use(honoSession(sessions))
    app.post('/', (c) => c.text('done'))
    return getRequestListener(app.fetch) as Listener
  },
}

for (const [name, serve] of Object.entries(adapters)) {
  test(`${name}: over HTTP/2 a page of our own may post, and no other`, async (t) => {
    const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
    const server = createServer(serve(sessions)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const client = connect(own)
    t.after(async () => {
      client.close()
      server.close()
      await sessions.close()
    })
    const post = async (origin: string) => {
      const headers = { ':method': 'POST', ':path': '/', origin, 'sec-fetch-site': 'same-origin' }
      const stream = client.request(headers).resume().end()
      const [received] = await once(stream, 'response')
      return received[':status']
    }
    assert.deepEqual([await post(own), await post('http://evil.example')], [200, 403])
  })
}
