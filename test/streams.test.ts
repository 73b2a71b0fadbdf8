import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { createSessions, memoryStore, type SessionStore, type Sessions } from 'latchkey'
import { redisStore } from 'latchkey/redis'
import { createClient } from 'redis'
import { WebSocket } from 'ws'
import { launchChromium } from '../apps/console/test/support/chromium.ts'
import { demoPassword } from '../examples/shared/accounts.ts'
import { createStreamServer } from '../examples/streams/streams.ts'
import { startRedis } from '../servers/redis.ts'
import { redisCommand } from '../servers/redis-command.ts'
import { until } from '../servers/until.ts'
import { startServer } from './start-server.ts'
import { startForeignSite } from './two-sites.ts'

interface Running {
  readonly sessions: Sessions
  readonly server: Server
  readonly url: string
}

/** The example in this process. It looks at no record by itself within any test: what ends a stream was heard. */
async function start(t: TestContext, store: SessionStore): Promise<Running> {
  const cookie = { name: '__Host-streams-example' }
  const sessions = createSessions({ store, cookie, streamCheckInterval: '1h' })
  const server = createStreamServer(sessions)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // Also those that were upgraded, which the server no longer knows.
  const connections: Socket[] = []
  server.on('connection', (connection) => connections.push(connection))
  t.after(async () => {
    for (const connection of connections) connection.destroy()
    await new Promise((resolve) => server.close(resolve))
    await sessions.close()
  })
  return { sessions, server, url: `http://localhost:${(server.address() as AddressInfo).port}` }
}

async function signIn(url: string): Promise<string> {
  const body = new URLSearchParams({ username: 'alice', password: demoPassword })
  const answer = await fetch(`${url}/login`, { method: 'POST', body, redirect: 'manual' })
  assert.equal(answer.status, 303)
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
}

async function post(url: string, path: string, cookie: string): Promise<void> {
  const answer = await fetch(url + path, { method: 'POST', headers: { cookie }, redirect: 'manual' })
  assert.equal(answer.status, 303)
}

interface Streams {
  /** Resolves to the event that both end with. */
  readonly ended: Promise<[string, number]>
  readonly socket: WebSocket
}

/** Both kinds of stream of one session, open and greeted. */
async function openStreams(t: TestContext, url: string, cookie: string): Promise<Streams> {
  const events = await fetch(`${url}/events`, { headers: { cookie } })
  assert.ok(events.body)
  const reader = events.body.pipeThrough(new TextDecoderStream()).getReader()
  assert.match((await reader.read()).value ?? '', /event: hello\ndata: user-1/)
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket`, { headers: { cookie, origin: url } })
  t.after(() => socket.terminate())
  assert.equal(String((await once(socket, 'message'))[0]), 'hello user-1')
  const closed = once(socket, 'close')
  const lastEvent = async () => {
    const { value = '' } = await reader.read()
    assert.equal((await reader.read()).done, true)
    return /event: (.*)/.exec(value)?.[1] ?? ''
  }
  const ended = Promise.all([lastEvent(), closed.then(([code]) => Number(code))])
  // A test that does not wait for the end cuts the stream off.
  ended.catch(() => undefined)
  return { socket, ended }
}

const signedOut = ['signed-out', 1008]

test('a session that is ended in this process ends its streams, and no other’s', async (t) => {
  const { url } = await start(t, memoryStore())
  const [mine, lost] = [await signIn(url), await signIn(url)]
  const [kept, ending] = [await openStreams(t, url, mine), await openStreams(t, url, lost)]
  await post(url, '/end-others', mine)
  assert.deepEqual(await ending.ended, signedOut)
  kept.socket.send('still here')
  assert.equal(String((await once(kept.socket, 'message'))[0]), 'user-1: still here')
  await post(url, '/logout', mine)
  assert.deepEqual(await kept.ended, signedOut)
})

test('what arrives after the session’s end is not read', async (t) => {
  const { url, sessions } = await start(t, memoryStore())
  const kept = await openStreams(t, url, await signIn(url))
  const [mine] = await sessions.list('user-1')
  const ending = await openStreams(t, url, await signIn(url))
  const heard: string[] = []
  kept.socket.on('message', (message) => heard.push(String(message)))
  await sessions.revokeUser('user-1', { except: mine?.sid ?? null })
  // The browser's end is still open: it has not read of the close.
  assert.equal(ending.socket.readyState, WebSocket.OPEN)
  ending.socket.send('too late')
  assert.deepEqual(await ending.ended, signedOut)
  kept.socket.send('in time')
  await once(kept.socket, 'message')
  assert.deepEqual(heard, ['user-1: in time'])
})

test('a session that another process ends over Redis ends its streams here', async (t) => {
  const redis = await startRedis()
  const client = createClient({ url: redis.url })
  t.after(async () => {
    client.destroy()
    await redis.stop()
  })
  await client.connect()
  const here = await start(t, redisStore(client))
  const other = await startServer('examples/streams/server.ts', { REDIS_URL: redis.url })
  t.after(() => other.stop())
  const [mine, lost] = [await signIn(other.url), await signIn(other.url)]
  const streams = await openStreams(t, here.url, lost)
  await until('this process listens to Redis', async () =>
    /^latchkey:events\r?\n:?1$/m.test(await redisCommand(redis.port, 'PUBSUB NUMSUB latchkey:events')),
  )
  await post(other.url, '/end-others', mine)
  assert.deepEqual(await streams.ended, signedOut)
})

test('visitors get no stream', async (t) => {
  const { url } = await start(t, memoryStore())
  assert.equal((await fetch(`${url}/events`)).status, 401)
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket`)
  const [error] = await once(socket, 'error')
  assert.match(error.message, /401/)
})

test('in Chromium: streams open and end, and a page of another site opens no WebSocket', async (t) => {
  const { url, server, sessions } = await start(t, memoryStore())
  const foreign = await startForeignSite()
  const browser = await launchChromium()
  t.after(async () => {
    await browser.close()
    await foreign.close()
  })
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(url)
  await page.fill('[name=username]', 'alice')
  await page.fill('[name=password]', demoPassword)
  await page.click('button')
  await page.waitForSelector('text=events: hello user-1')
  await page.waitForSelector('text=socket: hello user-1')

  const intruder = await context.newPage()
  await intruder.goto(foreign.url)
  const asked = once(server, 'upgrade')
  const outcome = intruder.evaluate(
    (address) =>
      new Promise((resolve) => {
        const socket = new WebSocket(address)
        socket.onopen = () => resolve('opened')
        socket.onerror = () => resolve('refused')
      }),
    `${url.replace('http', 'ws')}/socket`,
  )
  const [request] = await asked
  assert.equal(request.headers.origin, foreign.url)
  assert.equal(await outcome, 'refused')

  await sessions.revokeUser('user-1')
  await page.waitForSelector('text=events: signed out')
  await page.waitForSelector('text=socket: closed, 1008 signed out')
})
