import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSessions } from '../create-sessions.ts'
import type { SessionsOptions } from '../options.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { testExchange } from '../testing/exchange.ts'
import { fakeClock, testBrowser } from '../testing/index.ts'
import { createEvents, type SessionEventName, sessionEventNames } from './events.ts'

const aMoment = () => new Promise((resolve) => setImmediate(resolve))

function start(options: Partial<SessionsOptions> = {}) {
  const clock = fakeClock()
  const warnings: string[] = []
  const sessions = createSessions({
    store: memoryStore(),
    now: clock.now,
    sweepInterval: false,
    warn: (message) => warnings.push(message),
    ...options,
  })
  const heard: { name: SessionEventName; event: object }[] = []
  for (const name of sessionEventNames) sessions.on(name, (event) => heard.push({ name, event }))
  const names = () => heard.splice(0).map(({ name }) => name)
  return { clock, sessions, heard, names, warnings }
}

const failures: Record<string, () => unknown> = {
  'a listener that throws': () => {
    throw new Error('broken listener')
  },
  'an async listener': async () => {
    throw new Error('broken listener')
  },
  'a promise of another kind': () => ({
    // biome-ignore lint/suspicious/noThenProperty: what some libraries return
    then: (_: unknown, reject: (error: Error) => void) => reject(new Error('broken listener')),
  }),
  'a then that throws': () => ({
    // biome-ignore lint/suspicious/noThenProperty: a broken one
    get then() {
      throw new Error('broken listener')
    },
  }),
}

for (const [what, listener] of Object.entries(failures)) {
  test(`no request fails because of ${what}, and the other listeners hear`, async (t) => {
    const unhandled = t.mock.fn()
    process.on('unhandledRejection', unhandled)
    t.after(() => process.off('unhandledRejection', unhandled))
    const [warnings, heard]: [string[], string[]] = [[], []]
    const sessions = createSessions({
      store: memoryStore(),
      sweepInterval: false,
      warn: (message) => warnings.push(message),
    })
    sessions.on('session_created', listener)
    sessions.onEnded(listener)
    sessions.on('session_created', ({ sid }) => heard.push(sid))
    const { session } = await testBrowser().visit(sessions)
    await session.login('alice')
    const { sid } = session
    await session.logout()
    await aMoment()
    assert.deepEqual(heard, [sid])
    assert.deepEqual([...new Set(warnings)].sort(), [
      'latchkey: a listener for session_created threw: broken listener',
      'latchkey: an onEnded listener threw: broken listener',
    ])
    assert.equal(unhandled.mock.callCount(), 0)
  })
}

test('nor because of a warning that nobody can be given', async (t) => {
  const unhandled = t.mock.fn()
  process.on('unhandledRejection', unhandled)
  t.after(() => process.off('unhandledRejection', unhandled))
  const fail = () => {
    throw new Error('broken')
  }
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false, warn: fail })
  sessions.on('session_created', fail)
  sessions.on('session_created', async () => fail())
  await (await testBrowser().visit(sessions)).session.login('alice')
  await aMoment()
  assert.equal(unhandled.mock.callCount(), 0)
})

test('what one listener does to an event, the next does not see', () => {
  const [events, seen] = [createEvents(() => undefined), [] as (string | null)[]]
  events.on('session_logout', (event) => {
    Object.assign(event, { userId: 'mallory' })
  })
  events.on('session_logout', (event) => seen.push(event.userId))
  events.emit('session_logout', { sid: 's', userId: 'alice', at: 0 })
  assert.deepEqual(seen, ['alice'])
})

test('the life of a session in events, none with a token or a value', async () => {
  const { clock, sessions, heard, names } = start({ clients: true })
  const browser = testBrowser()
  browser.headers = { 'user-agent': 'a browser' }
  const secrets: string[] = ['a value nobody may see']
  const visit = async (use: (session: Awaited<ReturnType<typeof open>>['session']) => unknown) => {
    const visited = await open()
    await use(visited.session)
    visited.respond()
    if (browser.cookie) secrets.push(browser.cookie.split('=')[1]?.slice(-44) ?? '')
  }
  const open = () => browser.visit(sessions)
  await visit((session) => session.set('note', secrets[0]))
  await visit((session) => session.login('alice', { methods: ['pwd'] }))
  await visit((session) => session.elevate('admin', { for: '5m' }))
  await visit((session) => assert.throws(() => session.requirePrivilege('owner')))
  await visit((session) => session.csrfToken())
  await visit((session) => assert.throws(() => session.verifyCsrfToken('guessed')))
  clock.advance('31m')
  await visit(() => undefined)
  const told = JSON.stringify(heard)
  for (const secret of secrets) assert.ok(!told.includes(secret))
  assert.deepEqual(heard.find(({ name }) => name === 'authn_login_success')?.event, {
    sid: heard[0] && 'sid' in heard[0].event && heard[0].event.sid,
    userId: 'alice',
    at: clock.now() - 31 * 60_000,
    policy: 'default',
    methods: ['pwd'],
  })
  assert.deepEqual(names(), [
    'session_created',
    'session_renewed',
    'authn_login_success',
    'session_renewed',
    'authz_fail',
    'malicious_csrf',
    'session_expired',
    'session_use_after_expire',
  ])
})

test('the session of the user before ends with a reason of its own', async () => {
  const { sessions, heard, names } = start()
  const { session } = await testBrowser().visit(sessions)
  await session.login('alice')
  const { sid } = session
  names()
  await session.login('bob')
  assert.deepEqual({ ...heard[0]?.event, at: 0 }, { sid, userId: 'alice', reason: 'replaced', at: 0 })
  assert.deepEqual(names(), ['session_expired', 'session_created', 'authn_login_success'])
})

test('a visitor who is refused is told of without a session', async () => {
  const { sessions, heard } = start()
  const browser = testBrowser()
  browser.remoteAddress = '203.0.113.9'
  const { session } = await browser.visit(sessions)
  assert.throws(() => session.requirePrivilege('admin'))
  assert.throws(() => session.verifyCsrfToken(''))
  const exchange = testExchange({
    method: 'POST',
    path: '/transfer',
    header: (name: string) => (name === 'sec-fetch-site' ? 'cross-site' : null),
    remoteAddress: '203.0.113.9',
  })
  await assert.rejects(sessions.open(exchange))
  const nobody = { sid: null, userId: null }
  const client = { userAgent: null, address: '203.0.113.9' }
  assert.deepEqual(
    heard.map(({ name, event: { ...event } }) => ({ name, ...event, at: null })),
    [
      { name: 'authz_fail', ...nobody, privilege: 'admin', at: null },
      { name: 'malicious_csrf', ...nobody, reason: 'token', method: 'GET', client, at: null },
      { name: 'malicious_csrf', ...nobody, reason: 'origin', method: 'POST', client, at: null },
    ],
  )
})

test('one session too many: what becomes of it is told', async () => {
  for (const atCap of ['evict', 'refuse'] as const) {
    const { sessions, heard } = start({ sessionsPerUser: { max: 2, atCap } })
    const sids: (string | null)[] = []
    for (let n = 0; n < 3; n++) {
      const { session } = await testBrowser().visit(sessions)
      await session.login('alice').catch(() => undefined)
      sids.push(session.sid)
    }
    const told = heard.filter(({ name }) => name === 'excess_sessions_exceeded').map(({ event }) => event)
    const { at } = told[0] as { at: number }
    const outcome = atCap === 'evict' ? 'evicted' : 'refused'
    assert.deepEqual(told, [{ sid: sids[2] ?? null, userId: 'alice', max: 2, outcome, at }])
    const expired = heard.flatMap(({ name, event }) => (name === 'session_expired' ? [event] : []))
    assert.equal(expired.length, atCap === 'evict' ? 1 : 0)
  }
})
