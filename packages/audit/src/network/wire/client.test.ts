import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { frozenJar, NO_CREDENTIALS } from '../cookies/jar.ts'
import { Http } from '../http.ts'
import type { HttpRequest } from '../request.ts'

/** A server that answers each request with these bytes, and the heads that it saw. */
async function answering(t: TestContext, answer: (head: string, socket: Socket) => void) {
  const heads: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket
      .on('error', () => {})
      .on('data', (chunk) => {
        heads.push(chunk.toString('latin1'))
        answer(heads.at(-1) ?? '', socket)
      })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const http = new Http({ url }, new URL(url))
  t.after(async () => {
    await http.close()
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const send = (path: string, more: Partial<HttpRequest> = {}) =>
    http.send({ url: new URL(path, url), phase: 'anonymous', jar: NO_CREDENTIALS, ...more })
  return { heads, send, sockets, url }
}

const ok = (...headers: readonly string[]) =>
  `HTTP/1.1 200 OK\r\n${headers.map((line) => `${line}\r\n`).join('')}content-length: 5\r\n\r\nhello`

test('headers that browsers pass over are passed over, on a connection that goes on', async (t) => {
  const { send, sockets } = await answering(t, (_, socket) => {
    socket.write(Buffer.from(ok('x-edge : a', 'x-control: a\x01b', 'nonsense', 'x(y): 1'), 'latin1'))
  })
  for (const path of ['/1', '/2']) {
    const { body, headers } = await send(path)
    assert.deepEqual([body, headers['x-edge'], headers['x-control']], ['hello', 'a', 'a\x01b'])
  }
  assert.equal(sockets.size, 1)
})

test('a head that comes in pieces, after an interim one', async (t) => {
  const { send } = await answering(t, (_, socket) => {
    socket.setNoDelay(true)
    const all = `HTTP/1.1 103 Early Hints\r\nlink : </a>\r\n\r\n${ok('x-a : 1')}`
    const [first, ...rest] = all.match(/[\s\S]{1,40}/g) ?? []
    socket.write(first ?? '')
    const next = () => {
      const piece = rest.shift()
      if (piece !== undefined) socket.write(piece, () => setImmediate(next))
    }
    setImmediate(next)
  })
  assert.equal((await send('/')).body, 'hello')
  assert.equal((await send('/')).headers['x-a'], '1')
})

test('what browsers refuse is an error that names the header', async (t) => {
  const { send } = await answering(t, (_, socket) => void socket.write(ok('x-edge: a\0b')))
  await assert.rejects(send('/'), { code: 'unreachable', message: /x-edge/ })
})

test('a connection that the server closed while idle is no error; one that it closes at once is', async (t) => {
  let count = 0
  const { send, heads } = await answering(t, (head, socket) => {
    count += 1
    if (head.startsWith('GET /gone')) socket.destroy()
    else if (count === 2) socket.destroy()
    else socket.write(ok())
  })
  assert.equal((await send('/1')).body, 'hello')
  assert.equal((await send('/2')).body, 'hello')
  assert.equal(heads.length, 3, 'the second was asked twice')
  await assert.rejects(send('/gone'), { code: 'unreachable' })
})

const lines = (head: string | undefined) =>
  (head ?? '')
    .split('\r\n\r\n')[0]
    ?.split('\r\n')
    .map((line) => line.replace(/^(User-Agent: ).*/, '$1X').replace(/127\.0\.0\.1:\d+/g, 'SITE'))

const NAVIGATION = [
  'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/jxl,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7',
  'Sec-Fetch-Site: none',
  'Sec-Fetch-Mode: navigate',
  'Sec-Fetch-User: ?1',
  'Sec-Fetch-Dest: document',
]
const LAST = ['Accept-Encoding: gzip, deflate, br, zstd', 'Accept-Language: en-US,en;q=0.9', 'Cookie: a=1']

test('requests are Chromium’s, byte for byte but for the User-Agent and what would contradict it', async (t) => {
  const { send, heads, url } = await answering(t, (_, socket) => void socket.write(ok()))
  const jar = frozenJar([{ kind: 'cookie', name: 'a', value: '1' }])
  await send('/', { jar })
  assert.deepEqual(lines(heads[0]), [
    ...['GET / HTTP/1.1', 'Host: SITE', 'Connection: keep-alive', 'Upgrade-Insecure-Requests: 1'],
    ...['User-Agent: X', ...NAVIGATION, ...LAST],
  ])
  const from = new URL('/page', url)
  await send('/in', { jar, from, method: 'POST', body: { type: 'urlencoded', fields: [['u', 'b c']] } })
  assert.deepEqual(lines(heads[1]), [
    ...['POST /in HTTP/1.1', 'Host: SITE', 'Connection: keep-alive', 'Content-Length: 5'],
    ...['Cache-Control: max-age=0', 'Upgrade-Insecure-Requests: 1'],
    ...['Content-Type: application/x-www-form-urlencoded', 'User-Agent: X', 'Origin: http://SITE'],
    ...[NAVIGATION[0], 'Sec-Fetch-Site: same-origin', ...NAVIGATION.slice(2)],
    ...['Referer: http://SITE/page', ...LAST],
  ])
  await send('/api', {
    ...{ jar, from, method: 'POST', script: true, headers: { 'x-csrf-token': 't' } },
    body: { type: 'json', fields: [] },
  })
  assert.deepEqual(lines(heads[2]), [
    ...['POST /api HTTP/1.1', 'Host: SITE', 'Connection: keep-alive', 'Content-Length: 2', 'x-csrf-token: t'],
    ...['User-Agent: X', 'Content-Type: application/json', 'Accept: application/json, text/plain, */*'],
    ...[
      'Origin: http://SITE',
      'Sec-Fetch-Site: same-origin',
      'Sec-Fetch-Mode: cors',
      'Sec-Fetch-Dest: empty',
    ],
    ...['Referer: http://SITE/page', ...LAST],
  ])
  assert.match(heads[0] ?? '', /latchkey-audit/)
})
