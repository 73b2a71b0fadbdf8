import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Server, type ServerOptions, type Socket } from 'socket.io'
import { type Socket as Client, io as connect, type ManagerOptions } from 'socket.io-client'
import { createSessions } from '../create-sessions.ts'
import { isSessionError } from '../errors.ts'
import type { Sessions } from '../sessions.ts'
import type { SessionStore } from '../store.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { sqliteStore } from '../stores/sqlite/sqlite.ts'
import { fakeClock, testBrowser } from '../testing/index.ts'
import { brokenStore } from '../testing/wrapped-store.ts'
import { type SocketIoSession, socketIoSession } from './socket-io.ts'

type Data = Record<string, unknown>

interface Service {
  readonly sessions: Sessions
  readonly io: Server
  readonly port: number
  readonly session: SocketIoSession<Data>
  /** Resolves with what the client hears first: `connect`, or the error. */
  join(cookie: string | null, headers?: Record<string, string>, namespace?: string): Promise<Joined>
}

interface Joined {
  readonly client: Client
  readonly error: (Error & { readonly data?: unknown }) | null
}

/** A process: its own sessions over the store, and a server of socket.io. */
async function serve(
  t: TestContext,
  store: SessionStore,
  transport: 'polling' | 'websocket' = 'websocket',
  settings: Partial<ServerOptions> = {},
  now: () => number = Date.now,
): Promise<Service> {
  const sessions = createSessions({
    store,
    now,
    sweepInterval: false,
    streamCheckInterval: 100,
    warn: () => undefined,
  })
  const session = socketIoSession(sessions, { onError: () => undefined })
  const server = createServer()
  const io = new Server(server, settings)
  io.use(session.middleware)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const clients: Client[] = []
  t.after(async () => {
    for (const client of clients) client.disconnect()
    await io.close()
    await sessions.close()
  })
  return {
    sessions,
    io,
    port,
    session,
    async join(cookie, headers = {}, namespace = '/') {
      const options: Partial<ManagerOptions> = {
        transports: [transport],
        reconnection: false,
        extraHeaders: { ...headers, ...(cookie !== null && { cookie }) },
      }
      const client = connect(`http://127.0.0.1:${port}${namespace}`, { ...options, forceNew: true })
      clients.push(client)
      return new Promise((resolve) => {
        client.once('connect', () => resolve({ client, error: null }))
        client.once('connect_error', (error) => resolve({ client, error }))
        // It comes before a refusal that closes the connection.
        client.io.once('close', (reason) => setImmediate(() => resolve({ client, error: new Error(reason) })))
      })
    },
  }
}

const heard = (client: Client, event: string) =>
  new Promise<unknown>((resolve) => client.once(event, resolve))

async function signIn(sessions: Sessions): Promise<string> {
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.login('alice')
  visit.respond()
  return browser.cookie ?? ''
}

for (const transport of ['polling', 'websocket'] as const) {
  test(`${transport}: a socket has the session of its cookie, and ends with it in every process`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const [here, there] = await Promise.all(
      [0, 1].map(() => serve(t, sqliteStore(join(folder, 'sessions.db')), transport)),
    )
    assert.ok(here && there)
    const cookie = await signIn(here.sessions)
    const users: unknown[] = []
    for (const { io, session } of [here, there])
      io.on('connection', (socket) => users.push(session(socket).userId))
    const joined = await Promise.all([here.join(cookie), there.join(cookie), there.join(null)])
    assert.deepEqual(users.toSorted(), ['alice', 'alice', null])
    const [ofHere, ofThere, visitor] = joined.map(({ client }) => client)
    assert.ok(ofHere && ofThere && visitor)
    const left = [heard(ofHere, 'disconnect'), heard(ofThere, 'disconnect')]
    await there.sessions.revokeUser('alice')
    for (const reason of await Promise.all(left)) assert.equal(reason, 'io server disconnect')
    assert.equal(visitor.connected, true)
    assert.equal((await here.join(cookie)).error, null, 'as a visitor')
    assert.deepEqual(users.at(-1), null)
  })

  test(`${transport}: pages of other origins are refused, and a store that cannot answer`, async (t) => {
    const store = brokenStore(memoryStore())
    // What lets a page of another origin read the answers does not let it use the session.
    const cors = { origin: 'https://evil.example', credentials: true }
    const service = await serve(t, store, transport, { cors })
    const cookie = await signIn(service.sessions)
    const foreign = await service.join(cookie, { origin: 'https://evil.example' })
    assert.deepEqual(foreign.error?.data, { code: 'cross_origin_request', status: 403 })
    assert.match(foreign.error?.message ?? '', /another site/)
    assert.equal((await service.join(cookie, { origin: `http://127.0.0.1:${service.port}` })).error, null)
    store.fail(true)
    const broken = await service.join(cookie)
    assert.deepEqual(broken.error?.data, { code: 'store_unavailable', status: 503 })
  })
}

test('what needs a cookie is refused before the store is written; values and a logout are not', async (t) => {
  const service = await serve(t, memoryStore())
  const cookie = await signIn(service.sessions)
  const acts: Readonly<Record<string, (socket: Socket) => Promise<unknown>>> = {
    login: (socket) => service.session(socket).login('mallory'),
    regenerate: (socket) => service.session(socket).regenerate(),
    set: (socket) => service.session(socket).set('book', 'Emma'),
    get: async (socket) => service.session(socket).get('book'),
    logout: (socket) => service.session(socket).logout(),
  }
  service.io.on('connection', (socket) => {
    for (const [name, act] of Object.entries(acts))
      socket.on(name, (answer) => {
        act(socket).then(
          (value) => answer(value ?? 'done'),
          (error) => answer(isSessionError(error) ? error.code : 'fault'),
        )
      })
  })
  const { client } = await service.join(cookie)
  const { client: visitor } = await service.join(null)
  for (const name of ['login', 'regenerate']) assert.equal(await client.emitWithAck(name), 'answer_started')
  assert.equal(await visitor.emitWithAck('set'), 'answer_started')
  assert.equal(await client.emitWithAck('set'), 'done')
  assert.equal(await client.emitWithAck('get'), 'Emma')
  const left = heard(client, 'disconnect')
  client.emit('logout', () => undefined)
  await left
  assert.deepEqual(await service.sessions.list('alice'), [])
})

test('namespaces of one connection have one session, and end with it', async (t) => {
  const service = await serve(t, memoryStore())
  const chat = service.io.of('/chat').use(service.session.middleware)
  const seen = new Set<unknown>()
  for (const space of [service.io.of('/'), chat])
    space.on('connection', (socket: Socket) => seen.add(service.session(socket)))
  const { client } = await service.join(await signIn(service.sessions))
  const second = client.io.socket('/chat').connect()
  await heard(second, 'connect')
  assert.equal(seen.size, 1)
  const left = [heard(client, 'disconnect'), heard(second, 'disconnect')]
  await service.sessions.revokeAll()
  await Promise.all(left)
})

test('an ending that comes before a socket is connected ends its connection', async (t) => {
  const service = await serve(t, memoryStore())
  service.io.use(async (_socket, next) => {
    await service.sessions.revokeAll()
    next()
  })
  const { error } = await service.join(await signIn(service.sessions))
  assert.equal(error?.message, 'transport close')
  assert.equal(service.io.of('/').sockets.size, 0)
})

test('a socket is no sign of a user: the idle timeout goes on', async (t) => {
  const clock = fakeClock()
  const service = await serve(t, memoryStore(), 'websocket', {}, clock.now)
  const cookie = await signIn(service.sessions)
  clock.advance('29m')
  const { client } = await service.join(cookie)
  const left = heard(client, 'disconnect')
  clock.advance('2m')
  await left
})

test('sockets that socket.io would take back unasked are refused, and a missing middleware names its line', async (t) => {
  const told: unknown[] = []
  const service = await serve(t, memoryStore(), 'websocket', { connectionStateRecovery: {} })
  assert.equal((await service.join(null)).error?.message, 'Internal server error.')
  const asked = { connectionStateRecovery: { skipMiddlewares: false } }
  const other = await serve(t, memoryStore(), 'websocket', asked)
  other.io.of('/bare').on('connection', (socket) => {
    try {
      other.session(socket)
    } catch (error) {
      told.push((error as Error).message)
    }
    socket.emit('seen')
  })
  const { client } = await other.join(null, {}, '/bare')
  if (told.length === 0) await heard(client, 'seen')
  assert.match(String(told[0]), /io\.use\(session\.middleware\)/)
  assert.equal((await other.join(null)).error, null)
})
