import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { WebSocket, WebSocketServer } from 'ws'
import { createSessions } from '../create-sessions.ts'
import type { Session } from '../session.ts'
import type { Sessions } from '../sessions.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { fakeClock, testBrowser } from '../testing/index.ts'
import { aroundStore, brokenStore } from '../testing/wrapped-store.ts'
import { nodeSession, nodeUpgrade, type UpgradeHandler } from './node.ts'

type Data = Record<string, unknown>

interface Service {
  readonly sessions: Sessions
  readonly store: ReturnType<typeof brokenStore>
  /** From now on every read waits; the function lets all of them go on. */
  hold(): () => void
  readonly clock: ReturnType<typeof fakeClock>
  readonly server: Server
  readonly port: number
  /** The server's ends of the connections, in their order. */
  readonly accepted: Duplex[]
  /** What did not belong to the session layer. */
  readonly errors: unknown[]
  /** Cookie header of a user who is signed in. */
  signIn(): Promise<string>
  /** The status of the answer, and a socket where it is 101. */
  upgrade(headers: Record<string, string>): Promise<{ status: number; body: string; socket: WebSocket }>
}

/** A WebSocket server that says who is connected, unless it is told to do something else. */
async function serve(t: TestContext, handler?: UpgradeHandler<Data>): Promise<Service> {
  const clock = fakeClock()
  const store = brokenStore(memoryStore())
  let gate = Promise.resolve()
  const held = aroundStore(store, async (run) => gate.then(run))
  const sessions = createSessions({ store: held, now: clock.now, sweepInterval: false })
  const sockets = new WebSocketServer({ noServer: true })
  const accepted: Duplex[] = []
  const errors: unknown[] = []
  const accept: UpgradeHandler<Data> = (req, socket, head, session) =>
    sockets.handleUpgrade(req, socket, head, (opened) => opened.send(String(session.userId)))
  const onError = (error: unknown) => void errors.push(error)
  const server = createServer().on('upgrade', nodeUpgrade(sessions, handler ?? accept, { onError }))
  server.on('upgrade', (_req, socket) => void accepted.push(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  t.after(async () => {
    for (const socket of sockets.clients) socket.terminate()
    await new Promise((resolve) => server.close(resolve))
    await sessions.close()
  })
  return {
    sessions,
    store,
    clock,
    server,
    port,
    accepted,
    errors,
    hold() {
      let release: () => void = () => undefined
      gate = new Promise((resolve) => {
        release = resolve
      })
      return release
    },
    async signIn() {
      const browser = testBrowser()
      const visit = await browser.visit(sessions)
      await visit.session.login('alice')
      visit.respond()
      return browser.cookie ?? ''
    },
    async upgrade(headers) {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/updates`, { headers })
      socket.on('error', () => undefined)
      return new Promise((resolve) => {
        socket.once('open', () => resolve({ status: 101, body: '', socket }))
        socket.once('unexpected-response', async (_, res) => {
          resolve({ status: res.statusCode ?? 0, body: await text(res), socket })
        })
      })
    },
  }
}

test('the session of an upgrade is the one of its cookie', async (t) => {
  const service = await serve(t)
  const headers = { cookie: await service.signIn() }
  for (const [sent, expected] of [
    [headers, 'alice'],
    [{ ...headers, origin: `http://127.0.0.1:${service.port}` }, 'alice'],
    [{}, 'null'],
  ] as const) {
    const socket = new WebSocket(`ws://127.0.0.1:${service.port}`, { headers: sent })
    const [message] = await once(socket, 'message')
    assert.equal(String(message), expected)
  }
})

test('a page of another origin cannot open a WebSocket with the user’s cookie', async (t) => {
  let handled = 0
  const service = await serve(t, () => void handled++)
  const cookie = await service.signIn()
  for (const sent of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `http://127.0.0.1:${service.port + 1}` },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'websocket' },
  ]) {
    const answer = await service.upgrade({ cookie, ...sent } as Record<string, string>)
    assert.deepEqual([answer.status, handled], [403, 0])
    assert.match(answer.body, /another site/)
  }
})

test('when the store cannot answer, an upgrade with a cookie is answered 503', async (t) => {
  const service = await serve(t)
  const cookie = await service.signIn()
  service.store.fail(true)
  assert.equal((await service.upgrade({ cookie })).status, 503)
  assert.equal((await service.upgrade({})).status, 101)
})

test('what the handler throws refuses the upgrade: its own status, or 500', async (t) => {
  const fault = new Error('a fault of the application')
  const service = await serve(t, (req, _socket, _head, session) => {
    if (req.headers['x-want'] === 'admin') session.requirePrivilege('admin')
    throw fault
  })
  const cookie = await service.signIn()
  assert.equal((await service.upgrade({ cookie, 'x-want': 'admin' })).status, 403)
  assert.deepEqual(service.errors, [])
  assert.equal((await service.upgrade({ cookie })).status, 500)
  assert.deepEqual(service.errors, [fault])
})

test('an error after the upgrade closes the connection, and writes no second answer into it', async (t) => {
  const service = await serve(t, (_req, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n')
    throw new Error('too late')
  })
  const socket = connect(service.port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n')
  assert.match(await text(socket), /^HTTP\/1\.1 101 .*\r\n\r\n$/s)
})

test('an upgrade neither counts as use nor asks for a new secret', async (t) => {
  const service = await serve(t)
  const cookie = await service.signIn()
  const rev = async () => (await service.sessions.list('alice'))[0]?.lastSeenAt
  const before = await rev()
  service.clock.advance('20m')
  const { socket } = await service.upgrade({ cookie })
  socket.terminate()
  assert.equal(await rev(), before)
  service.clock.advance('11m')
  assert.equal(await rev(), undefined, 'the idle timeout went on')
})

test('what needs a cookie is refused, other writes are not', async (t) => {
  const results: (string | undefined)[] = []
  const attempt = (work: Promise<void>) =>
    work.then(
      () => 'done',
      (error: Error) => error.message,
    )
  const service = await serve(t, async (_req, socket, _head, session: Session<Data>) => {
    results.push(await attempt(session.set('a', 1)))
    socket.destroy()
  })
  const cookie = await service.signIn()
  for (const headers of [{ cookie }, {}]) {
    const socket = new WebSocket(`ws://127.0.0.1:${service.port}`, { headers })
    socket.on('error', () => undefined)
    await closed(socket)
  }
  assert.equal(results[0], 'done')
  assert.match(results[1] ?? '', /needs a cookie/)
})

test('the session’s end ends the connection, and a closed connection is forgotten', async (t) => {
  const signals: AbortSignal[] = []
  const service = await serve(t, (_req, socket, _head, session) => {
    signals.push(session.signal)
    socket.resume().once('end', () => socket.end())
    session.signal.addEventListener('abort', () => socket.destroy())
    socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n')
  })
  const cookie = await service.signIn()
  const open = async () => {
    const socket = connect(service.port, '127.0.0.1')
    socket.write(
      `GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: x\r\ncookie: ${cookie}\r\n\r\n`,
    )
    await once(socket, 'data')
    return socket
  }
  const [left, stays] = [await open(), await open()]
  left.destroy()
  const [gone] = service.accepted
  if (gone && !gone.destroyed) await closed(gone)
  await service.sessions.revokeUser('alice')
  await closed(stays.resume())
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [false, true],
  )
})

test('a connection that is reset meanwhile does no harm', async (t) => {
  let handled = 0
  const service = await serve(t, () => void handled++)
  const cookie = await service.signIn()
  const release = service.hold()
  const socket = connect(service.port, '127.0.0.1')
  socket.write(`GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: x\r\ncookie: ${cookie}\r\n\r\n`)
  await once(service.server, 'upgrade')
  socket.resetAndDestroy()
  const [accepted] = service.accepted
  assert.ok(accepted)
  await closed(accepted)
  release()
  await service.sessions.list('alice')
  assert.equal(handled, 0)
})

test('a connection that was refused is closed, also where the other end never closes it', async (t) => {
  const service = await serve(t)
  const socket = connect({ port: service.port, host: '127.0.0.1', allowHalfOpen: true })
  socket.write(
    'GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: x\r\norigin: https://evil.example\r\n\r\n',
  )
  await once(service.server, 'upgrade')
  const [accepted] = service.accepted
  assert.ok(accepted)
  await closed(accepted)
  socket.destroy()
})

/** Not `once`, which rejects for the error of a connection that is cut. */
function closed(socket: NodeJS.EventEmitter): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve())
  })
}

test('a WebSocket comes from the address of its connection, so that it is no other client', async (t) => {
  const sessions = createSessions({
    store: memoryStore(),
    sweepInterval: false,
    clients: { onChange: 'reauthenticate' },
    warn: () => undefined,
  })
  const changes: unknown[] = []
  sessions.on('session_client_changed', ({ after }) => changes.push(after.address))
  const login = nodeSession(sessions, async (_req, res, session) => {
    await session.login('alice')
    res.end()
  })
  const server = createServer(login)
  server.on(
    'upgrade',
    nodeUpgrade(sessions, (_req, socket, _head, session) => {
      assert.equal(session.userId, 'alice')
      session.requireFresh('10m')
      socket.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n')
    }),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  const answer = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: { 'user-agent': 'browser' },
  })
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const open = (userAgent: string) => {
    const socket = connect(port, '127.0.0.1')
    socket.write(
      `GET / HTTP/1.1\r\nhost: a\r\nuser-agent: ${userAgent}\r\ncookie: ${cookie}\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n`,
    )
    return text(socket)
  }
  for (let n = 0; n < 2; n++) assert.match(await open('browser'), /^HTTP\/1.1 101/)
  assert.deepEqual(changes, [])
  assert.match(await open('another'), /^HTTP\/1.1 401/)
  assert.deepEqual(changes, ['127.0.0.1'])
})
