import assert from 'node:assert/strict'
import type { SessionEvents } from '../../events/events.ts'
import type { Sessions } from '../../sessions.ts'
import { testBrowser } from '../browser.ts'
import { fakeClock } from '../clock.ts'
import { aroundStore } from '../wrapped-store.ts'
import { hasCode, type StoreLawBodies, sessionsOn, signedIn, userOf } from './signed-in.ts'

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'
const curl = 'curl/8.5.0'

/** A browser that says what it is, and from where. */
function browserOf(userAgent: string, remoteAddress: string, cookie: string | null = null) {
  const browser = testBrowser(cookie)
  browser.headers = { 'user-agent': userAgent }
  browser.remoteAddress = remoteAddress
  return browser
}

async function login(sessions: Sessions, browser: ReturnType<typeof testBrowser>) {
  const visit = await browser.visit(sessions)
  await visit.session.login('alice')
  visit.respond()
  return visit.session.sid ?? ''
}

/** Uses a session for two renewals and more, so that its first secret is one of before. */
async function renewed(sessions: Sessions, browser: ReturnType<typeof testBrowser>, clock = fakeClock()) {
  for (let use = 0; use < 3; use++) {
    clock.advance('61m')
    for (let n = 0; n < 2; n++) (await browser.visit(sessions)).respond()
  }
}

/** Who uses a session, and what happens when somebody else does. */
export const clientLaws: StoreLawBodies = {
  async 'clients: a session tells who used it, first and last, and keeps its data'(store) {
    const clock = fakeClock()
    const sessions = sessionsOn(store, { now: clock.now, clients: true })
    const browser = browserOf(firefox, '203.0.113.9')
    await login(sessions, browser)
    await (await browser.visit(sessions)).session.set('cart', ['tea'])
    const signedInAt = clock.now()
    clock.advance('2m')
    browser.remoteAddress = '198.51.100.4'
    await browser.visit(sessions)
    const [summary] = await sessions.list('alice')
    assert.deepEqual(summary?.clients, [
      { userAgent: firefox, address: '198.51.100.4', firstSeenAt: clock.now(), lastSeenAt: clock.now() },
      { userAgent: firefox, address: '203.0.113.9', firstSeenAt: signedInAt, lastSeenAt: signedInAt },
    ])
    assert.deepEqual((await browser.visit(sessions)).session.get('cart'), ['tea'])
  },

  async 'clients: whoever comes with another client must authenticate again, and is told of once'(store) {
    // Each operation takes a turn, so that requests at the same time see the record before any of them writes.
    const turns = aroundStore(store, async (run) => {
      await new Promise((resolve) => setImmediate(resolve))
      return run()
    })
    const sessions = sessionsOn(turns, { clients: { onChange: 'reauthenticate' } })
    const heard: SessionEvents['session_client_changed'][] = []
    sessions.on('session_client_changed', (event) => heard.push(event))
    const browser = browserOf(firefox, '203.0.113.9')
    const sid = await login(sessions, browser)
    const elevating = await browser.visit(sessions)
    await elevating.session.elevate('admin', { for: '10m' })
    elevating.respond()
    const thief = browserOf(curl, '198.51.100.4', browser.cookie)
    const visits = await Promise.all(Array.from({ length: 4 }, () => thief.visit(sessions)))
    for (const { session } of [...visits, await browser.visit(sessions)]) {
      assert.equal(session.userId, 'alice')
      assert.throws(() => session.requireFresh('1h'), hasCode('reauthentication_required'))
      assert.throws(() => session.requirePrivilege('admin'), hasCode('privilege_required'))
    }
    assert.deepEqual(
      heard.map((event) => [event.sid, event.before.userAgent, event.after.userAgent, event.changed]),
      [[sid, firefox, curl, ['userAgent', 'address']]],
    )
    const again = await browser.visit(sessions)
    await again.session.reauthenticate()
    again.respond()
    const after = await browser.visit(sessions)
    after.session.requireFresh('1m')
  },

  async 'theft: the use of a replaced secret ends its session, and by option all of the user'(store) {
    for (const tokenReuseEnds of ['session', 'user'] as const) {
      const clock = fakeClock()
      const policy = { idleTimeout: '12h', absoluteTimeout: '24h' } as const
      const sessions = sessionsOn(store, { ...policy, now: clock.now, clients: true, tokenReuseEnds })
      const browser = browserOf(firefox, '203.0.113.9')
      const sid = await login(sessions, browser)
      const stolen = browser.cookie
      await renewed(sessions, browser, clock)
      const [other, bob] = [await signedIn(sessions), await signedIn(sessions, 'bob')]
      const stream = (await testBrowser(other.cookie).visit(sessions)).session.signal
      const reused: SessionEvents['authn_token_reuse'][] = []
      const ended: (string | null)[] = []
      sessions.on('authn_token_reuse', (event) => reused.push(event))
      sessions.on('session_expired', (event) => ended.push(event.reason === 'reuse' ? event.sid : null))
      assert.equal(await (await browserOf(curl, '198.51.100.4', stolen).visit(sessions)).session.userId, null)
      assert.deepEqual(
        reused.map((event) => [event.sid, event.known?.userAgent, event.known?.address, event.presented]),
        [[sid, firefox, '203.0.113.9', { userAgent: curl, address: '198.51.100.4' }]],
      )
      const isAll = tokenReuseEnds === 'user'
      assert.deepEqual(new Set(ended), new Set(isAll ? [other.sid, sid] : [sid]))
      assert.equal(await userOf(sessions, browser.cookie), null)
      assert.equal(await userOf(sessions, other.cookie), isAll ? null : 'alice')
      assert.equal(stream.aborted, isAll)
      assert.equal(await userOf(sessions, bob.cookie), 'bob')
      await sessions.revokeAll()
    }
  },
}
