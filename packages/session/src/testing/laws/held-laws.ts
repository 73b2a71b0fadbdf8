import assert from 'node:assert/strict'
import { testBrowser } from '../browser.ts'
import { fakeClock } from '../clock.ts'
import { countingStore } from '../wrapped-store.ts'
import { hasCode, type StoreLawBodies, sessionsOn, signedIn, userOf, within } from './signed-in.ts'

const boundaries = ['login', 'reauthenticate', 'elevate', 'drop', 'regenerate'] as const

/** Requests that are held open while their secret dies, and those that come late: laws 5 and 6. */
export const heldLaws: StoreLawBodies = {
  async 'law 5: what was opened before a sign-in reads and writes nothing of it'(store) {
    const sessions = sessionsOn(store)
    const planted = testBrowser()
    const first = await planted.visit(sessions)
    await first.session.set('cart', 'tea')
    first.respond()
    const held = await planted.visit(sessions)
    const victim = testBrowser(planted.cookie)
    const login = await victim.visit(sessions)
    await login.session.login('alice')
    login.respond()
    await (await victim.visit(sessions)).session.set('address', 'secret')
    const deeds = [
      () => held.session.update('cart', () => 'mine'),
      () => held.session.set('address', 'elsewhere'),
      () => held.session.delete('address'),
      () => held.session.csrfToken(),
      () => held.session.regenerate(),
      () => held.session.logout(),
    ]
    for (const deed of deeds) await assert.rejects(deed(), hasCode('session_superseded'), String(deed))
    assert.equal(held.session.get('address'), undefined)
    const { session } = await victim.visit(sessions)
    assert.deepEqual(
      [session.userId, session.get('address'), session.get('cart')],
      ['alice', 'secret', 'tea'],
    )
  },

  async 'law 5: a logout of before a step-up ends the session of its own user'(store) {
    const sessions = sessionsOn(store)
    const { browser } = await signedIn(sessions)
    const held = await browser.visit(sessions)
    const stepUp = await browser.visit(sessions)
    await stepUp.session.reauthenticate()
    stepUp.respond()
    await held.session.logout()
    assert.equal(await userOf(sessions, browser.cookie), null)
  },

  async 'law 5: a secret that dies while its request is under way leads to none that lives'(store) {
    const clock = fakeClock()
    const sessions = sessionsOn(store, { now: clock.now })
    const { browser } = await signedIn(sessions)
    for (let n = 0; n < 2; n++) {
      clock.advance('25m')
      await browser.visit(sessions)
    }
    const copied = testBrowser(browser.cookie)
    clock.advance('9m')
    const held = await copied.visit(sessions)
    clock.advance('90s')
    for (const wait of ['30s', '1m', '1m'] as const) {
      const visit = await browser.visit(sessions)
      visit.respond()
      clock.advance(wait)
    }
    for (const deed of [() => held.session.drop('admin'), () => held.session.regenerate()])
      await assert.rejects(deed(), hasCode('session_superseded'))
    assert.deepEqual(held.setCookies, [])
    assert.equal(await userOf(sessions, browser.cookie), 'alice')
    assert.equal(await userOf(sessions, copied.cookie), null)
  },

  async 'law 5: a stream ends when another request gives its session a new secret'(store) {
    for (const boundary of boundaries) {
      const sessions = sessionsOn(store)
      const { browser } = await signedIn(sessions)
      const { signal } = (await testBrowser(browser.cookie).visit(sessions)).session
      const visit = await browser.visit(sessions)
      const own = visit.session.signal
      if (boundary === 'login') await visit.session.login('alice')
      else if (boundary === 'elevate') await visit.session.elevate('admin', { for: '5m' })
      else if (boundary === 'drop') await visit.session.drop('admin')
      else await visit.session[boundary]()
      await within(1000, signal.aborted ? Promise.resolve() : aborted(signal))
      assert.equal(own.aborted, false, `${boundary} ended the stream of its own request`)
    }
  },

  async 'law 10: a signal is one object, aborted after a logout, a revocation and an expiry'(store) {
    const clock = fakeClock()
    const sessions = sessionsOn(store, { now: clock.now, streamCheckInterval: 50 })
    const { browser } = await signedIn(sessions)
    const counting = countingStore(store)
    const { session } = await browser.visit(sessionsOn(counting, { now: clock.now }))
    const before = counting.calls()
    for (let n = 0; n < 50; n++) assert.equal(session.signal, session.signal)
    await session.set('a', 1)
    assert.ok(counting.calls() - before <= 4, `${counting.calls() - before} operations for one stream`)
    const out = await browser.visit(sessions)
    await out.session.logout()
    assert.equal(out.session.signal.aborted, true)
    const ending = await signedIn(sessions, 'carol')
    const unasked = (await ending.browser.visit(sessions)).session
    await sessions.revoke(ending.sid)
    assert.equal(unasked.signal.aborted, true, 'asked for when it was over')
    const expiring = (await signedIn(sessions, 'bob')).browser
    const { signal } = (await expiring.visit(sessions)).session
    clock.advance('31m')
    await within(1000, signal.aborted ? Promise.resolve() : aborted(signal))
    assert.equal(testBrowser().cookie, null)
  },

  async 'law 6: a request that comes with the secret of before a sign-in or step-up starts nothing'(store) {
    for (const boundary of boundaries) {
      const sessions = sessionsOn(store)
      const browser = testBrowser()
      const first = await browser.visit(sessions)
      if (boundary === 'login') await first.session.set('cart', 'tea')
      else await first.session.login('alice')
      first.respond()
      const sent = browser.cookie
      const visit = await browser.visit(sessions)
      if (boundary === 'login') await visit.session.login('alice')
      else if (boundary === 'elevate') await visit.session.elevate('admin', { for: '5m' })
      else if (boundary === 'drop') await visit.session.drop('admin')
      else await visit.session[boundary]()
      visit.respond()
      const late = await testBrowser(sent).visit(sessions)
      assert.equal(late.session.userId, null)
      for (const deed of [
        () => late.session.set('a', 1),
        () => late.session.update('a', () => 1),
        () => late.session.csrfToken(),
        () => late.session.logout(),
      ])
        await assert.rejects(deed(), hasCode('session_superseded'), `${boundary}: ${deed}`)
      assert.deepEqual(late.setCookies, [])
      assert.equal(await userOf(sessions, browser.cookie), 'alice')
    }
  },

  async 'law 6: two sign-ins of one click leave one session, with the data, whichever answer is last'(store) {
    for (const isOpenedFirst of [true, false])
      for (const isReversed of [true, false]) {
        const sessions = sessionsOn(store, { sealed: false })
        const browser = testBrowser()
        const visitor = await browser.visit(sessions)
        await visitor.session.set('cart', 'tea')
        visitor.respond()
        const first = await browser.visit(sessions)
        const early = isOpenedFirst ? await browser.visit(sessions) : null
        await first.session.login('alice')
        const second = early ?? (await browser.visit(sessions))
        await second.session.login('alice')
        for (const visit of isReversed ? [second, first] : [first, second]) visit.respond()
        const { session } = await browser.visit(sessions)
        assert.deepEqual([session.userId, session.get('cart')], ['alice', 'tea'])
        assert.equal((await sessions.list('alice')).length, 1)
        await sessions.revokeUser('alice')
      }
  },

  async 'law 6: a replaced secret is refused by itself; only long use of its successor makes it theft'(
    store,
  ) {
    const clock = fakeClock()
    const sessions = sessionsOn(store, { now: clock.now, tokenReuseEnds: 'user' })
    const heard: string[] = []
    sessions.on('authn_token_reuse', () => heard.push('reuse'))
    const { browser, cookie: old } = await signedIn(sessions)
    const phone = await signedIn(sessions)
    for (let n = 0; n < 3; n++) {
      clock.advance('20m')
      const visit = await browser.visit(sessions)
      visit.respond()
      await phone.browser.visit(sessions)
    }
    assert.notEqual(browser.cookie, old)
    await browser.visit(sessions)
    // An upload, or a server whose clock is ahead; then a browser that crashed and comes back.
    for (const wait of ['11s', '5m'] as const) {
      clock.advance(wait)
      assert.equal(await userOf(sessions, old), null)
    }
    clock.advance('24m')
    assert.equal(await userOf(sessions, old), null, 'its successor was used for seconds')
    assert.deepEqual(heard, [])
    assert.equal(await userOf(sessions, browser.cookie), 'alice')
    assert.equal(await userOf(sessions, old), null)
    assert.deepEqual(heard, ['reuse'])
    assert.equal((await sessions.list('alice')).length, 0)
  },

  async 'law 6: who signs in with a replaced secret of the same user ends the session that has another holder'(
    store,
  ) {
    const clock = fakeClock()
    const sessions = sessionsOn(store, { now: clock.now })
    const { browser } = await signedIn(sessions)
    const thief = testBrowser(browser.cookie)
    for (let n = 0; n < 3; n++) {
      clock.advance('20m')
      const visit = await thief.visit(sessions)
      visit.respond()
    }
    await thief.visit(sessions)
    clock.advance('11s')
    const again = await browser.visit(sessions)
    assert.equal(again.session.userId, null)
    await again.session.login('alice')
    again.respond()
    assert.equal(await userOf(sessions, browser.cookie), 'alice')
    assert.equal(await userOf(sessions, thief.cookie), null)
  },
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
