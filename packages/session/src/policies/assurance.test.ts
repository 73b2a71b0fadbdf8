import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSessions } from '../create-sessions.ts'
import { isSessionError, type SessionErrorCode } from '../errors.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { fakeClock, testBrowser } from '../testing/index.ts'

const hasCode = (code: SessionErrorCode) => (error: unknown) => isSessionError(error) && error.code === code

async function start(methods: readonly string[] = ['pwd']) {
  const clock = fakeClock()
  const policies = {
    default: { absoluteTimeout: '8h' },
    admin: { idleTimeout: '5m', absoluteTimeout: '1h' },
  } as const
  const sessions = createSessions({ store: memoryStore(), policies, now: clock.now, sweepInterval: false })
  const browser = testBrowser()
  const login = await browser.visit(sessions)
  await login.session.login('alice', { methods })
  login.respond()
  return { clock, sessions, browser, session: login.session }
}

test('re-authentication gives a new token, restarts both timeouts and records how', async () => {
  const { clock, sessions, browser } = await start()
  const before = browser.cookie
  clock.advance('20m')
  const visit = await browser.visit(sessions)
  await visit.session.reauthenticate({ methods: ['pwd', 'otp'] })
  visit.respond()
  assert.equal((await testBrowser(before).visit(sessions)).session.userId, null, 'no grace')
  const { session } = await browser.visit(sessions)
  assert.deepEqual(session.authenticationMethods, ['pwd', 'otp'])
  assert.equal(session.authenticatedAt, clock.now())
})

test('what was fresh once is asked for again, with a challenge that says how fresh', async () => {
  const { clock, session } = await start()
  clock.advance('10m')
  session.requireFresh('10m')
  clock.advance(1)
  assert.throws(
    () => session.requireFresh('10m'),
    (error) =>
      hasCode('reauthentication_required')(error) &&
      /max_age="600"/.test(String((error as { challenge?: string }).challenge)),
  )
  await session.reauthenticate()
  session.requireFresh('10m')
})

test('a visitor is never fresh, and cannot re-authenticate or be elevated', async () => {
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
  const { session } = await testBrowser().visit(sessions)
  for (const prepare of [async () => undefined, () => session.set('cart', 1)]) {
    await prepare()
    assert.throws(() => session.requireFresh('1h'), hasCode('reauthentication_required'))
    await assert.rejects(session.reauthenticate(), hasCode('session_ended'))
    await assert.rejects(session.elevate('admin', { for: '5m' }), hasCode('session_ended'))
  }
})

test('a privilege lasts for its time, is seen by other requests, and rotates when it comes and goes', async () => {
  const { clock, sessions, browser, session } = await start()
  assert.throws(() => session.requirePrivilege('admin'), hasCode('privilege_required'))
  const tokens = [browser.cookie]
  const visit = await browser.visit(sessions)
  await visit.session.elevate('admin', { for: '10m' })
  visit.respond()
  tokens.push(browser.cookie)
  const other = await browser.visit(sessions)
  other.session.requirePrivilege('admin')
  assert.equal(other.session.hasPrivilege('billing'), false)
  clock.advance('10m')
  assert.equal((await browser.visit(sessions)).session.hasPrivilege('admin'), false)
  await other.session.elevate('admin', { for: '10m' })
  await other.session.drop('admin')
  other.respond()
  tokens.push(browser.cookie)
  assert.equal((await browser.visit(sessions)).session.hasPrivilege('admin'), false)
  assert.equal(new Set(tokens).size, 3)
  for (const dead of tokens.slice(0, 2))
    assert.equal((await testBrowser(dead).visit(sessions)).session.userId, null)
})

test('a privilege ends with the session, and with every new authentication', async () => {
  const { clock, session } = await start()
  await session.elevate('admin', { for: '30d' })
  clock.advance('8h')
  assert.equal(session.hasPrivilege('admin'), false)
  for (const again of ['login', 'reauthenticate'] as const) {
    const { session: other } = await start()
    await other.elevate('admin', { for: '1h' })
    await (again === 'login' ? other.login('alice') : other.reauthenticate())
    assert.deepEqual([other.hasPrivilege('admin'), other.authenticationMethods], [false, []])
  }
})

test('an elevation can put the session under a shorter policy at once', async () => {
  const { clock, sessions, browser } = await start()
  const visit = await browser.visit(sessions)
  await visit.session.elevate('admin', { for: '1h', policy: 'admin' })
  visit.respond()
  clock.advance('5m')
  assert.equal((await browser.visit(sessions)).session.userId, null)
})

test('applications cannot write what privileges are kept in', async () => {
  const { session } = await start()
  await assert.rejects(session.set('@privilege:admin', 9e15), hasCode('value_not_json'))
  await assert.rejects(
    session.update('@amr', () => ['hwk']),
    hasCode('value_not_json'),
  )
  await session.elevate('admin', { for: '1h' })
  await session.delete('@privilege:admin')
  assert.equal(session.hasPrivilege('admin'), true)
})
