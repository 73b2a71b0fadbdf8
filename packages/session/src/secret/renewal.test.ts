import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createSessions } from '../create-sessions.ts'
import type { SessionsOptions } from '../options.ts'
import type { Sessions } from '../sessions.ts'
import type { SessionStore } from '../store.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { fakeClock, testBrowser } from '../testing/index.ts'
import { aroundStore } from '../testing/wrapped-store.ts'
import { mintSecret } from './token.ts'

function start(options: Partial<SessionsOptions> = {}) {
  const clock = fakeClock()
  const store = options.store ?? memoryStore()
  const policy = { idleTimeout: '12h', absoluteTimeout: '24h' } as const
  const sessions = createSessions({ ...policy, now: clock.now, sweepInterval: false, ...options, store })
  return { clock, store, sessions }
}

async function signedIn(sessions: Sessions) {
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.login('alice')
  visit.respond()
  return { browser, first: browser.cookie, sid: visit.session.sid ?? '' }
}

const userOf = async (sessions: Sessions, cookie: string | null) =>
  (await testBrowser(cookie).visit(sessions)).session.userId

test('after an hour of use the secret is another, the old one good until ten seconds after the first use', async () => {
  const { clock, sessions } = start()
  const { browser, first } = await signedIn(sessions)
  clock.advance('59m')
  assert.deepEqual((await browser.visit(sessions)).setCookies, [])
  clock.advance('1m')
  const visit = await browser.visit(sessions)
  visit.respond()
  assert.notEqual(browser.cookie, first)
  clock.advance('2h')
  assert.equal(await userOf(sessions, first), 'alice', 'the new one was not used yet')
  assert.equal(await userOf(sessions, browser.cookie), 'alice')
  clock.advance('9s')
  assert.equal(await userOf(sessions, first), 'alice')
  clock.advance('1s')
  assert.equal(await userOf(sessions, first), null)
  assert.equal(await userOf(sessions, browser.cookie), 'alice', 'it may have been under way for long')
  for (let minute = 0; minute < 14; minute++) {
    clock.advance('1m')
    assert.equal(await userOf(sessions, browser.cookie), 'alice')
  }
  assert.equal(await userOf(sessions, first), null)
  assert.equal(await userOf(sessions, browser.cookie), 'alice')
  clock.advance('1m')
  await userOf(sessions, browser.cookie)
  assert.equal(await userOf(sessions, first), null)
  assert.equal(await userOf(sessions, browser.cookie), null, 'a copy was used: nobody goes on')
})

test('an answer that was lost is made up for by the next one, with the same secret', async () => {
  const { clock, sessions } = start()
  const { browser, first } = await signedIn(sessions)
  clock.advance('1h')
  const [lost] = (await browser.visit(sessions)).setCookies
  clock.advance('30m')
  const next = await browser.visit(sessions)
  assert.deepEqual(next.setCookies, [lost])
  next.respond()
  assert.notEqual(browser.cookie, first)
  assert.deepEqual((await browser.visit(sessions)).setCookies, [])
})

test('requests at the same time, whatever the order at the store, are all let in and told the same secret', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 5 }), async (scheduler, count) => {
      const { clock, store, sessions } = start()
      const { browser } = await signedIn(sessions)
      clock.advance('1h')
      const scheduled = aroundStore(store, async (run) => {
        await scheduler.schedule(Promise.resolve())
        return run()
      })
      const racing = start({ store: scheduled, now: clock.now }).sessions
      const requests = Promise.all(Array.from({ length: count }, () => browser.visit(racing)))
      const visits = await scheduler.waitFor(requests)
      assert.deepEqual([...new Set(visits.map(({ session }) => session.userId))], ['alice'])
      assert.equal(new Set(visits.flatMap(({ setCookies }) => setCookies)).size, 1)
      visits[0]?.respond()
      assert.equal(await userOf(sessions, browser.cookie), 'alice')
    }),
  )
})

test('a renewal by another request neither loses a sign-in its data nor refuses a new token', async () => {
  for (const change of ['login', 'regenerate'] as const) {
    const { clock, sessions } = start()
    const browser = testBrowser()
    const visitor = await browser.visit(sessions)
    await visitor.session.set('cart', ['tea'])
    visitor.respond()
    clock.advance('59m')
    const slow = await browser.visit(sessions)
    clock.advance('1m')
    const renewing = await browser.visit(sessions)
    await (change === 'login' ? slow.session.login('alice') : slow.session.regenerate())
    slow.respond()
    const after = await browser.visit(sessions)
    assert.deepEqual(after.session.get('cart'), ['tea'])
    const dead = testBrowser()
    dead.cookie = renewing.setCookies[0]?.split(';')[0] ?? null
    assert.equal((await dead.visit(sessions)).session.sid, null, 'no grace where privileges change')
    assert.equal((await browser.visit(sessions)).session.sid, visitor.session.sid, 'and no theft either')
  }
})

test('who knows the sid alone ends nothing', async () => {
  const { clock, sessions } = start()
  const { browser, sid } = await signedIn(sessions)
  clock.advance('1h')
  for (let n = 0; n < 3; n++) {
    const visit = await browser.visit(sessions)
    visit.respond()
    clock.advance('61m')
    assert.equal(await userOf(sessions, `__Host-session=${mintSecret(sid).text}`), null)
  }
  assert.equal(await userOf(sessions, browser.cookie), 'alice')
})

test('any earlier secret is found out, however many renewals ago, and the event says so', async () => {
  const { clock, sessions } = start()
  const { browser, first, sid } = await signedIn(sessions)
  for (let n = 0; n < 5; n++) {
    clock.advance('1h')
    for (let use = 0; use < 2; use++) (await browser.visit(sessions)).respond()
  }
  const heard: unknown[] = []
  for (const name of ['authn_token_reuse', 'session_expired'] as const) {
    sessions.on(name, (event) => heard.push([name, event.sid, event.userId]))
  }
  assert.equal(await userOf(sessions, first), null)
  assert.deepEqual(heard, [
    ['authn_token_reuse', sid, 'alice'],
    ['session_expired', sid, 'alice'],
  ])
  assert.equal(await userOf(sessions, browser.cookie), null)
})

test('one of two renewals ago is refused by itself, until its successors were in use for the whole tolerance', async () => {
  const { clock, sessions } = start({ renewalInterval: '10m' })
  const { browser, first } = await signedIn(sessions)
  for (let n = 0; n < 2; n++) {
    clock.advance('10m')
    for (let use = 0; use < 2; use++) (await browser.visit(sessions)).respond()
  }
  assert.equal(await userOf(sessions, first), null)
  assert.equal(await userOf(sessions, browser.cookie), 'alice')
  clock.advance('6m')
  assert.equal(await userOf(sessions, browser.cookie), 'alice')
  assert.equal(await userOf(sessions, first), null)
  assert.equal(await userOf(sessions, browser.cookie), null)
})

test('what a thief of the store has, with an old cookie, opens nothing once the new secret was used', async () => {
  const store: SessionStore = memoryStore()
  const { clock, sessions } = start({ store })
  const { browser, sid } = await signedIn(sessions)
  clock.advance('1h')
  for (let use = 0; use < 2; use++) (await browser.visit(sessions)).respond()
  assert.equal((await store.read(sid))?.previous?.nonce, null)
})

test('a poll that is no sign of a user renews nothing', async () => {
  const { clock, sessions } = start()
  const { browser } = await signedIn(sessions)
  clock.advance('1h')
  const poll = await browser.visit(sessions, { touch: false })
  assert.deepEqual([poll.session.userId, poll.setCookies], ['alice', []])
  assert.equal((await browser.visit(sessions)).setCookies.length, 1)
})

test('renewal can be switched off, and must be longer than its overlap', async () => {
  const { clock, sessions } = start({ renewalInterval: false })
  const { browser } = await signedIn(sessions)
  clock.advance('11h')
  assert.deepEqual((await browser.visit(sessions)).setCookies, [])
  assert.throws(() => start({ renewalInterval: '5s' }), /renewalOverlap/)
})
