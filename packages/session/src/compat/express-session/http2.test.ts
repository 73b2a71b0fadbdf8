import assert from 'node:assert/strict'
import { connect, createServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { memoryStore } from '../../stores/memory/memory.ts'
import { session } from './express-session.ts'
import type { Kept } from './served.test-helper.ts'

test('over HTTP/2 the head waits for the save as well', async (t) => {
  const auth = session({ store: memoryStore(), name: 'sid' })
  const server = createServer((req: Http2ServerRequest, res: Http2ServerResponse) => {
    auth(req as never, res as never, (error) => {
      const { session } = req as unknown as Kept
      session.count = (session.count ?? 0) + 1
      res.write(`${error ?? session.count}`)
      res.end('.')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  t.after(() => {
    client.close()
    server.close()
  })
  async function ask(cookie = '') {
    const stream = client.request({ ':path': '/', ...(cookie && { cookie }) })
    const head = new Promise<{ 'set-cookie'?: string[] }>((resolve) => stream.once('response', resolve))
    let body = ''
    for await (const chunk of stream.setEncoding('utf8')) body += chunk
    return { body, lines: (await head)['set-cookie'] ?? [] }
  }
  const first = await ask()
  assert.deepEqual([first.body, first.lines.length], ['1.', 1])
  assert.equal((await ask(first.lines[0]?.split(';')[0])).body, '2.')
})
