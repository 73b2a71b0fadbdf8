import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSessions } from '../create-sessions.ts'
import { isSessionError } from '../errors.ts'
import type { SessionsOptions } from '../options.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { fakeClock, testBrowser } from '../testing/index.ts'
import { nistPolicies } from './nist.ts'

const policies = {
  default: { idleTimeout: '30m', absoluteTimeout: '8h' },
  remembered: { idleTimeout: '7d', absoluteTimeout: '30d', persistent: true },
  admin: { idleTimeout: '5m', absoluteTimeout: '1h' },
} as const

function start(options: Partial<SessionsOptions> = { policies }) {
  const clock = fakeClock()
  const store = memoryStore()
  return {
    clock,
    store,
    sessions: createSessions({ store, now: clock.now, sweepInterval: false, ...options }),
  }
}

test('the policy that a sign-in names decides timeouts and cookie', async () => {
  const { clock, sessions } = start()
  const browsers = await Promise.all(
    [undefined, 'remembered', 'admin'].map(async (policy) => {
      const browser = testBrowser()
      const visit = await browser.visit(sessions)
      await visit.session.login('alice', policy ? { policy } : {})
      visit.respond()
      return { browser, line: visit.setCookies[0] ?? '' }
    }),
  )
  assert.deepEqual(
    browsers.map(({ line }) => /Max-Age=(\d+)/.exec(line)?.[1]),
    [undefined, String(30 * 86_400), undefined],
  )
  const liveAfter = async (ms: number) => {
    clock.advance(ms)
    const visits = await Promise.all(browsers.map(({ browser }) => browser.visit(sessions)))
    for (const visit of visits) visit.respond()
    return visits.map(({ session }) => session.userId !== null)
  }
  assert.deepEqual(await liveAfter(4 * 60_000), [true, true, true])
  assert.deepEqual(await liveAfter(6 * 60_000), [true, true, false])
  assert.deepEqual(await liveAfter(40 * 60_000), [false, true, false])
  assert.deepEqual(await liveAfter(6 * 86_400_000), [false, true, false])
})

test('a persistent cookie ends with the session, however often it is renewed', async () => {
  const { clock, sessions } = start()
  const browser = testBrowser()
  const login = await browser.visit(sessions)
  await login.session.login('alice', { policy: 'remembered' })
  login.respond()
  clock.advance('6d')
  const renewed = await browser.visit(sessions)
  assert.match(renewed.setCookies[0] ?? '', new RegExp(`Max-Age=${24 * 86_400};`))
})

test('who signs in again keeps the policy, a visitor gets the default, and a named one replaces either', async () => {
  const { sessions, store } = start()
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  const policyNow = async () => (await store.read(visit.session.sid ?? ''))?.policy
  await visit.session.set('cart', 1)
  await visit.session.login('alice')
  assert.equal(await policyNow(), 'default')
  await visit.session.login('alice', { policy: 'remembered' })
  assert.equal(await policyNow(), 'remembered')
  await visit.session.login('alice')
  assert.equal(await policyNow(), 'remembered')
  await visit.session.login('alice', { policy: 'admin' })
  assert.equal(await policyNow(), 'admin')
})

test('a list says which policy each session lives under, also after that has changed', async () => {
  const { clock, store, sessions } = start()
  const listed = async () => (await sessions.list('alice')).map(({ policy }) => policy)
  const { session } = await testBrowser().visit(sessions)
  await session.login('alice')
  assert.deepEqual(await listed(), ['default'])
  clock.advance('1s')
  await (await testBrowser().visit(sessions)).session.login('alice', { policy: 'remembered' })
  assert.deepEqual(await listed(), ['remembered', 'default'])
  await session.elevate('administer', { for: '5m', policy: 'admin' })
  assert.deepEqual((await listed()).sort(), ['admin', 'remembered'])

  await store.update(session.sid ?? '', { fields: { policy: 'of another release' } })
  assert.ok((await listed()).includes('of another release'))
})

test('a policy that does not exist is refused before anything changes', async () => {
  const { sessions } = start()
  const { session } = await testBrowser().visit(sessions)
  await assert.rejects(
    session.login('alice', { policy: 'remember' }),
    (error) => isSessionError(error) && error.code === 'policy_unknown' && /remembered/.test(error.message),
  )
  assert.equal(session.sid, null)
})

test('a record of a policy this release does not know lives by the default, and never beyond its own end', async () => {
  const { clock, sessions, store } = start()
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.login('alice', { policy: 'admin' })
  visit.respond()
  const older = createSessions({ store, now: clock.now, sweepInterval: false })
  assert.equal((await browser.visit(older, { touch: false })).session.userId, 'alice')
  clock.advance('5m')
  assert.equal((await browser.visit(older, { touch: false })).session.userId, null)
})

test('a configuration that cannot be meant is refused, saying what to write', () => {
  const refused: [Partial<SessionsOptions>, RegExp][] = [
    [{ policies, idleTimeout: '5m' }, /policies\.default and beside it/],
    [{ policies: { admin: { idleTimeout: '9h' } } }, /idleTimeout/],
    [{ policies: { admin: { idle: '9h' } as never } }, /has no option idle/],
  ]
  for (const [options, message] of refused) assert.throws(() => start(options), message)
})

test('NIST presets stay within what SP 800-63B-4 allows', async () => {
  const { clock, sessions } = start({ policies: nistPolicies })
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.login('alice', { policy: 'aal1' })
  visit.respond()
  clock.advance('29d')
  const late = await browser.visit(sessions)
  late.respond()
  assert.equal(late.session.userId, 'alice', 'inactivity is optional at AAL1')
  clock.advance('1d')
  assert.equal((await browser.visit(sessions)).session.userId, null)
})
