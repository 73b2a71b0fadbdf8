import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSessions } from '../create-sessions.ts'
import type { Sessions } from '../sessions.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { fakeClock, testBrowser } from '../testing/index.ts'

function start() {
  const clock = fakeClock()
  const sessions = createSessions({ store: memoryStore(), now: clock.now, sweepInterval: false })
  return { clock, sessions }
}

async function signedIn(sessions: Sessions, userId: string) {
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.login(userId)
  visit.respond()
  return browser
}

test('of two cookies of one name the only one that opens a session is believed', async () => {
  const { sessions } = start()
  const { cookie } = await signedIn(sessions, 'alice')
  const planted = `__Host-session=${'A'.repeat(64)}`
  for (const header of [`${planted}; ${cookie}`, `${cookie}; ${planted}`, `__Host-session=x; ${cookie}`])
    assert.equal((await testBrowser(header).visit(sessions)).session.userId, 'alice')
})

test('of two that open sessions neither is believed', async () => {
  const { sessions } = start()
  const [alice, mallory] = [await signedIn(sessions, 'alice'), await signedIn(sessions, 'mallory')]
  const both = testBrowser(`${mallory.cookie}; ${alice.cookie}`)
  assert.equal((await both.visit(sessions)).session.userId, null)
})

test('of two of one session, of two scopes, the current one is believed', async () => {
  const { clock, sessions } = start()
  const browser = await signedIn(sessions, 'alice')
  const old = browser.cookie
  const login = await browser.visit(sessions)
  await login.session.login('alice')
  login.respond()
  const both = testBrowser(`${old}; ${browser.cookie}`)
  for (let n = 0; n < 4; n++) {
    clock.advance('20m')
    const visit = await both.visit(sessions)
    assert.equal(visit.session.userId, 'alice')
    for (const line of visit.setCookies) both.cookie = `${old}; ${line.split(';')[0]}`
  }
})

test('a prefetch is no sign of a user, and a function may tell what is', async () => {
  for (const [headers, options] of [
    [{ 'sec-purpose': 'prefetch' }, {}],
    [{ 'sec-purpose': 'prefetch;prerender' }, {}],
    [{ purpose: 'prefetch' }, {}],
    [
      { 'x-poll': '1' },
      { touch: (exchange: { header(name: string): unknown }) => !exchange.header('x-poll') },
    ],
  ] as const) {
    const { clock, sessions } = start()
    const browser = await signedIn(sessions, 'alice')
    browser.headers = headers
    clock.advance('20m')
    assert.equal((await browser.visit(sessions, options)).session.userId, 'alice')
    clock.advance('10m')
    assert.equal((await browser.visit(sessions, options)).session.userId, null)
  }
})
