import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSessions } from '../create-sessions.ts'
import { isSessionError } from '../errors.ts'
import type { SessionEvents } from '../events/events.ts'
import type { SessionsOptions } from '../options.ts'
import type { Sessions } from '../sessions.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { fakeClock, testBrowser } from '../testing/index.ts'

type Clock = ReturnType<typeof fakeClock>

async function signedIn(sessions: Sessions, userId = 'alice') {
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.login(userId)
  visit.respond()
  return { browser, sid: visit.session.sid ?? '', first: browser.cookie }
}

/** A session whose first secret is one of before. */
async function renewed(sessions: Sessions, clock: Clock) {
  const session = await signedIn(sessions)
  for (let hour = 0; hour < 2; hour++) {
    clock.advance('1h')
    for (let use = 0; use < 2; use++) (await session.browser.visit(sessions)).respond()
  }
  return session
}

function start(options: Partial<SessionsOptions> = {}) {
  const clock = fakeClock()
  const policy = { idleTimeout: '12h', absoluteTimeout: '24h' } as const
  const sessions = createSessions({
    store: memoryStore(),
    now: clock.now,
    sweepInterval: false,
    ...policy,
    ...options,
  })
  const heard: [string, SessionEvents['authn_token_reuse'] | SessionEvents['session_expired']][] = []
  for (const name of ['authn_token_reuse', 'session_expired'] as const)
    sessions.on(name, (event) => heard.push([name, event]))
  return { clock, sessions, heard }
}

test('where no clients are kept, the event still tells of the one that brought the replaced secret', async () => {
  const { clock, sessions, heard } = start({ trustedProxies: ['10.0.0.1'] })
  const { first, sid } = await renewed(sessions, clock)
  const thief = testBrowser(first)
  thief.headers = { 'user-agent': 'curl/8.5.0', 'x-forwarded-for': '6.6.6.6, 198.51.100.4' }
  thief.remoteAddress = '10.0.0.1'
  await thief.visit(sessions)
  const event = heard[0]?.[1]
  assert.ok(event && 'renewedAt' in event)
  const { at, renewedAt, ...told } = event
  assert.deepEqual(told, {
    sid,
    userId: 'alice',
    known: null,
    presented: { userAgent: 'curl/8.5.0', address: '198.51.100.4' },
  })
  assert.equal(at - renewedAt, 0)
})

test('an exchange that tells nothing of the client is no hindrance', async () => {
  const { clock, sessions, heard } = start()
  const { first } = await renewed(sessions, clock)
  await testBrowser(first).visit(sessions)
  const event = heard[0]?.[1]
  assert.ok(event && 'presented' in event)
  assert.deepEqual(event.presented, { userAgent: null, address: null })
})

test('several uses of a replaced secret at once: one event, and each session is told of once', async () => {
  const { clock, sessions, heard } = start({ tokenReuseEnds: 'user' })
  const { first, sid } = await renewed(sessions, clock)
  const others = [await signedIn(sessions), await signedIn(sessions)]
  const streams = await Promise.all(
    others.map(async ({ browser }) => (await browser.visit(sessions)).session.signal),
  )
  await Promise.all(Array.from({ length: 5 }, () => testBrowser(first).visit(sessions)))
  assert.equal(heard.filter(([name]) => name === 'authn_token_reuse').length, 1)
  const ended = heard.filter(([name]) => name === 'session_expired').map(([, event]) => event.sid)
  assert.deepEqual(ended.sort(), [sid, ...others.map((other) => other.sid)].sort())
  assert.ok(streams.every((signal) => signal.aborted))
  assert.deepEqual(await sessions.list('alice'), [])
})

test('when the store fails in between, nobody is let in, and the next use goes on with it', async () => {
  const memory = memoryStore()
  let readOnly = ''
  const { clock, sessions, heard } = start({
    tokenReuseEnds: 'user',
    store: {
      ...memory,
      delete: (...args) =>
        args[0] === readOnly ? Promise.reject(new Error('read-only')) : memory.delete(...args),
    },
  })
  const { first } = await renewed(sessions, clock)
  readOnly = (await signedIn(sessions)).sid
  await assert.rejects(
    testBrowser(first).visit(sessions),
    (error) => isSessionError(error) && error.code === 'store_unavailable',
  )
  assert.deepEqual(heard, [], 'nothing is told that was not done')
  readOnly = ''
  await testBrowser(first).visit(sessions)
  assert.deepEqual(await sessions.list('alice'), [])
  assert.equal(heard.length, 3)
})
