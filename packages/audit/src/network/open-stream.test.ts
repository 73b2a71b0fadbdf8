import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { WebSocketServer } from 'ws'
import { frozenJar } from './cookies/jar.ts'
import { Http } from './http.ts'
import { openStream } from './open-stream.ts'

const FRAME = Buffer.from([0x81, 2, 0x68, 0x69])

async function site(t: TestContext) {
  const sent: string[] = []
  const server = createServer((request, response) => {
    sent.push(`${request.headers.accept} ${request.headers.cookie}`)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: 1\n\n')
  })
  server.on('upgrade', (request, socket) => {
    sent.push(`${request.headers.upgrade} ${request.headers.cookie} ${request.headers.origin}`)
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
    socket.write(FRAME)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  const http = new Http({ url: url.href }, url)
  t.after(async () => {
    await http.close()
    server.closeAllConnections()
    server.close()
  })
  return { http, url, sent }
}

const jar = frozenJar([{ kind: 'cookie', name: 'sid', value: 'a-value-of-a-session-1' }])

for (const [kind, status, asked] of [
  ['events', 200, /^text\/event-stream sid=/],
  ['websocket', 101, /^websocket sid=\S+ http:\/\/127/],
] as const) {
  test(`${kind}: opened with the cookie, counted, closed, and in the log without the secret`, async (t) => {
    const { http, url, sent } = await site(t)
    const stream = openStream(http, { kind, url }, jar, url)
    await stream.next()
    assert.equal(stream.kinds().length, 1)
    assert.equal((await stream.finish())?.status, status)
    assert.match(sent.join(), asked)
    assert.equal(http.exchanges.length, 1)
    assert.ok(!JSON.stringify(http.exchanges).includes('a-value-of'))
  })
}

test('a WebSocket that pings is answered, and its goodbye too', { timeout: 20_000 }, async (t) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => server.close())
  const closed = Promise.withResolvers<number>()
  server.once('connection', (socket) => {
    socket.ping('are you there?')
    // A server of RFC 6455 takes no frame that is not masked.
    socket.once('error', closed.reject).once('close', closed.resolve)
    socket.once('pong', (payload) => {
      socket.send(payload.toString())
      socket.close(4401, 'signed out')
    })
  })
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  const http = new Http({ url: url.href }, url)
  t.after(() => http.close())
  const stream = openStream(http, { kind: 'websocket', url }, jar, url)
  assert.equal(await closed.promise, 4401)
  await stream.finish()
  assert.deepEqual([stream.kinds().length, stream.isOver()], [1, true])
})
