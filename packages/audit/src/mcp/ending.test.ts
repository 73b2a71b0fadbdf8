import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { cli, connected } from '../../test/mcp-server.ts'
import { serve } from '../../test/serve.ts'

/** A site that answers nothing before the test ends, and tells when it was asked. */
async function silent(t: TestContext) {
  const gate = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
  t.after(() => gate.resolve())
  const { url } = await serve(t, () => {
    asked.resolve()
    return { html: '', until: gate.promise }
  })
  return { url, asked: asked.promise }
}

// Without its cancellation it would wait for the site for ten minutes.
test('a cancelled audit stops, and the next one has its turn; two at once do not', {
  timeout: 60_000,
}, async (t) => {
  const site = await silent(t)
  const { call } = await connected(t, [])
  const input = { url: site.url, passive: true, timeout: 600_000 }
  const cancel = new AbortController()
  const first = call('audit', input, { signal: cancel.signal })
  first.catch(() => {})
  await site.asked
  const second = await call('audit', input)
  assert.equal(second.content.error.code, 'busy')
  cancel.abort('no longer wanted')
  await assert.rejects(first, /no longer wanted/)
  const other = { url: 'http://127.0.0.1:1/', passive: true }
  let after = await call('audit', other)
  // The server says nothing of when it has stopped.
  while (after.content.error.code === 'busy') after = await call('audit', other)
  assert.equal(after.content.error.code, 'unreachable')
})

/** The server with an audit under way, spoken to by hand. */
async function auditing(t: TestContext) {
  const site = await silent(t)
  const child = spawn(process.execPath, [cli, 'mcp'], { stdio: ['pipe', 'pipe', 'pipe'] })
  t.after(() => child.kill('SIGKILL'))
  const said = Promise.all([text(child.stdout), text(child.stderr)])
  for (const message of [
    { id: 1, method: 'initialize', params: HELLO },
    { method: 'notifications/initialized' },
    { id: 2, method: 'tools/call', params: { name: 'audit', arguments: { url: site.url, passive: true } } },
  ]) {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  }
  await site.asked
  return { child, said }
}

const HELLO = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '0' } }

for (const [how, end] of [
  ['its input is closed', (child: ChildProcess) => child.stdin?.end()],
  ['it is told to stop', (child: ChildProcess) => child.kill('SIGTERM')],
] as const) {
  test(`an audit ends when ${how}, and the process with it: 0, nothing but messages on stdout`, async (t) => {
    const { child, said } = await auditing(t)
    end(child)
    const [status] = await once(child, 'exit')
    const [stdout, stderr] = await said
    assert.deepEqual([status, stderr], [0, ''])
    const messages = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const last = messages.find(({ id }) => id === 2)
    assert.equal(last.result.structuredContent.error.code, 'aborted')
  })
}

test('what was asked before the input closed is answered; what is no message is skipped without a word of it', async () => {
  const child = spawn(process.execPath, [cli, 'mcp'], { stdio: ['pipe', 'pipe', 'pipe'] })
  const said = Promise.all([text(child.stdout), text(child.stderr)])
  for (const line of [
    JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: HELLO }),
    'hunter2 is no message',
    JSON.stringify({
      jsonrpc: '2.0',
      id: 2,
      method: 'tools/call',
      params: { name: 'explain', arguments: { check: 'fixation' } },
    }),
    JSON.stringify({ jsonrpc: '2.0', id: 3, method: 'ping' }),
  ]) {
    child.stdin.write(`${line}\n`)
  }
  child.stdin.end()
  const [status] = await once(child, 'exit')
  const [stdout, stderr] = await said
  assert.equal(status, 0)
  assert.deepEqual(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).id)
      .toSorted(),
    [1, 2, 3],
  )
  assert.match(stderr, /^latchkey-audit mcp: a message could not be handled \(\w+\)\n$/)
})
