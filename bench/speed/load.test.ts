import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { type TestContext, test } from 'node:test'
import { getRequest, openLoad } from './load.ts'

async function serve(t: TestContext, listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  t.after(() => server.close().closeAllConnections())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  return address.port
}

test('sends just so many requests, each with its path and cookie', async (t) => {
  const seen: string[] = []
  const port = await serve(t, (request, response) => {
    seen.push(`${request.url} ${request.headers.cookie}`)
    // Both ways in which a body may end, and one that arrives in pieces.
    if (seen.length % 2 === 0) response.end('whole')
    else {
      response.write('in ')
      setImmediate(() => response.end('pieces'))
    }
  })
  const load = await openLoad(port, 3, (n) => getRequest(`/${n}`, 'a=b'))
  await load.send(20)
  await load.send(5)
  await load.close()
  assert.deepEqual(seen.sort(), Array.from({ length: 25 }, (_, n) => `/${n} a=b`).sort())
})

test('an answer other than 200 is an error: a failing server is fast', async (t) => {
  const port = await serve(t, (_request, response) => response.writeHead(401).end())
  const load = await openLoad(port, 1, () => getRequest('/', ''))
  await assert.rejects(load.send(1), /401/)
  await load.close()
})

test('a connection that the server has closed is an error, not an endless wait', async (t) => {
  const port = await serve(t, (request) => request.socket.destroy())
  const load = await openLoad(port, 1, () => getRequest('/', ''))
  await assert.rejects(load.send(1), /closed/)
  await assert.rejects(load.send(1), /closed/)
  await load.close()
})
