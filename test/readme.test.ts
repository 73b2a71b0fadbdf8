import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'

// The README's code blocks are these files (a guard compares them); here they are used.
for (const name of ['readme-hono', 'readme-express']) {
  test(`examples/${name}.ts signs in, remembers and signs out`, async (t) => {
    const { url } = await started(t, name)
    const login = await untilListening(() => fetch(`${url}/login`, { method: 'POST' }))
    const cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const me = async () => (await fetch(`${url}/me`, { headers: { cookie } })).json()
    assert.deepEqual(await me(), { user: 'user-1' })
    await fetch(`${url}/logout`, { method: 'POST', headers: { cookie } })
    assert.deepEqual(await me(), { user: null })
  })
}

test('examples/readme-data.ts keeps typed values', async (t) => {
  const { url } = await started(t, 'readme-data')
  const first = await untilListening(() => fetch(url))
  const cookie = first.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  assert.deepEqual(await first.json(), { cart: ['tea'], theme: 'light' })
  const second = await fetch(url, { headers: { cookie } })
  assert.deepEqual(await second.json(), { cart: ['tea', 'tea'], theme: 'light' })
})

test('examples/readme-testing.ts passes, and fails where the timeout is another', async () => {
  const outcomes = async (change: (code: string) => string) => {
    const path = 'examples/readme-testing.ts'
    const code = change(await readFile(path, 'utf8'))
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    const child = spawn(
      process.execPath,
      ['--test-reporter=tap', '--input-type=module-typescript', '-e', code],
      { cwd: 'examples', env },
    )
    return /^# pass (\d+)\n# fail (\d+)$/m.exec(await text(child.stdout))?.slice(1)
  }
  assert.deepEqual(await outcomes((code) => code), ['1', '0'])
  assert.deepEqual(await outcomes((code) => code.replace("idleTimeout: '20m'", "idleTimeout: '40m'")), [
    '0',
    '1',
  ])
})

async function started(t: TestContext, name: string): Promise<{ url: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-readme-'))
  const port = await freePort()
  const child = spawn(process.execPath, [resolve(`examples/${name}.ts`)], {
    cwd: folder,
    env: { ...process.env, PORT: String(port) },
    stdio: 'ignore',
  })
  t.after(async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
    await rm(folder, { recursive: true })
  })
  return { url: `http://localhost:${port}` }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}

// The examples print nothing, as in the README, so their start is awaited by asking; bounded.
async function untilListening(ask: () => Promise<Response>): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (attempt === 200) throw error
      await new Promise((done) => setTimeout(done, 50))
    }
  }
}
