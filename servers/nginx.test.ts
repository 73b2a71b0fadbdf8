import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { startNginx } from './nginx.ts'
import { assertPauses } from './pausing.ts'
import { isFree } from './ports.ts'

async function start(t: TestContext, config: (port: number) => string) {
  const server = await startNginx({ config })
  t.after(() => server.stop())
  return server
}

async function read(url: string): Promise<string> {
  // A connection of its own: one that is kept open may end with the server behind it.
  return await (await fetch(url, { headers: { connection: 'close' } })).text()
}

function saying(word: string) {
  return (port: number) => `server { listen 127.0.0.1:${port}; location / { return 200 "${word}"; } }`
}

test('nginx answers, also after a kill, and leaves nothing behind', async (t) => {
  const server = await start(t, saying('hello'))
  assert.equal(await read(server.url), 'hello')
  await server.kill()
  await assert.rejects(read(server.url))
  await server.restart()
  assert.equal(await read(server.url), 'hello')
  await server.stop()
  assert.ok(await isFree(server.port))
  assert.ok(!existsSync(server.folder))
})

test('nginx has the new configuration after a reload, and the old one when it refuses the new one', async (t) => {
  let word = 'one'
  const server = await start(t, (port) => saying(word)(port))
  word = 'two'
  await server.reload()
  assert.equal(await read(server.url), 'two')
  word = '"; nonsense "'
  await assert.rejects(server.reload(), /nonsense/)
  await server.restart()
  assert.equal(await read(server.url), 'two')
})

test('a paused nginx answers once it is resumed', async (t) => {
  const server = await start(t, saying('hello'))
  await assertPauses(server, () => read(server.url))
})

test('nginx can keep large bodies in its folder', async (t) => {
  const server = await start(
    t,
    (port) => `client_max_body_size 2m;
      server { listen 127.0.0.1:${port}; location / { proxy_pass http://127.0.0.1:${port}/echo; }
      location /echo { client_body_in_file_only on; proxy_pass http://127.0.0.1:${port}/said; }
      location /said { return 200 "said"; } }`,
  )
  const response = await fetch(server.url, { method: 'POST', body: 'x'.repeat(1_000_000) })
  assert.equal(await response.text(), 'said')
})

test('what keeps nginx from starting is said', async (t) => {
  await assert.rejects(
    start(t, () => 'nonsense;'),
    /unknown directive "nonsense"/,
  )
})
