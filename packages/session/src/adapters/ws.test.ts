import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { WebSocket, WebSocketServer } from 'ws'
import { createSessions } from '../create-sessions.ts'
import { sqliteStore } from '../stores/sqlite/sqlite.ts'
import { testBrowser } from '../testing/index.ts'
import { nodeUpgrade } from './node.ts'

/** A process: its own sessions over the file, and a server of ws. */
async function serve(t: TestContext, file: string) {
  const sessions = createSessions({
    store: sqliteStore(file),
    sweepInterval: false,
    streamCheckInterval: 100,
    warn: () => undefined,
  })
  const sockets = new WebSocketServer({ noServer: true })
  const server = createServer().on(
    'upgrade',
    nodeUpgrade(sessions, (req, socket, head, session) =>
      sockets.handleUpgrade(req, socket, head, (opened) => {
        session.signal.addEventListener('abort', () => opened.close(4401, 'signed out'))
        opened.send(String(session.userId))
      }),
    ),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    for (const socket of sockets.clients) socket.terminate()
    await new Promise((resolve) => server.close(resolve))
    await sessions.close()
  })
  return { sessions, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

test('a WebSocket ends with its session in every process over the store', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const processes = [await serve(t, join(folder, 'db')), await serve(t, join(folder, 'db'))] as const
  const browser = testBrowser()
  const visit = await browser.visit(processes[0].sessions)
  await visit.session.login('alice')
  visit.respond()
  const opened = processes.map(({ url }) => new WebSocket(url, { headers: { cookie: browser.cookie ?? '' } }))
  for (const socket of opened) assert.equal(String((await once(socket, 'message'))[0]), 'alice')
  const closed = opened.map((socket) => once(socket, 'close'))
  await processes[1].sessions.revokeUser('alice')
  for (const [code] of await Promise.all(closed)) assert.equal(code, 4401)
})
