import assert from 'node:assert/strict'
import type { SessionStore } from '../../store.ts'
import { testBrowser } from '../browser.ts'
import { fakeClock } from '../clock.ts'
import { hasCode, type StoreLawBodies, sessionsOn, signedIn, userOf } from './signed-in.ts'

/** What several processes make of one session, and what a request finds that took longer than others: laws 5, 6 and 8. */
export const familyLaws: StoreLawBodies = {
  async 'law 6: a process that signed a user in goes on with what another has made of the session'(store) {
    const clock = fakeClock()
    const [one, other] = [sessionsOn(store, { now: clock.now }), sessionsOn(store, { now: clock.now })]
    const { browser } = await signedIn(one)
    const stepUp = await browser.visit(other)
    await stepUp.session.reauthenticate()
    stepUp.respond()
    const before = browser.cookie
    for (let n = 0; n < 3; n++) {
      clock.advance('20m')
      const visit = await browser.visit(one)
      visit.respond()
    }
    assert.notEqual(browser.cookie, before, 'its renewal was left out of the answer')
    assert.equal(await userOf(other, browser.cookie), 'alice')
  },

  async 'law 6: a renewal that other processes may have taken further leaves no more'(store) {
    const clock = fakeClock()
    const sessions = sessionsOn(store, { now: clock.now })
    const { browser } = await signedIn(sessions)
    for (const wait of ['25m', '25m', '10m'] as const) {
      clock.advance(wait)
      await browser.visit(sessions)
    }
    const slow = await browser.visit(sessions)
    assert.equal(slow.setCookies.length, 1)
    clock.advance('11s')
    assert.deepEqual(slow.setCookies, [])
    assert.equal((await browser.visit(sessions)).setCookies.length, 1, 'it is given again')
  },

  async 'law 5: the second of two sign-ins withdraws what was granted between them'(store) {
    const policies = { remembered: { idleTimeout: '14d', absoluteTimeout: '30d' } } as const
    const sessions = sessionsOn(store, { sealed: false, policies })
    const browser = testBrowser()
    const visitor = await browser.visit(sessions)
    await visitor.session.set('cart', 'tea')
    visitor.respond()
    const second = await browser.visit(sessions)
    const first = await browser.visit(sessions)
    await first.session.login('alice', { policy: 'remembered', methods: ['pwd', 'otp'] })
    await first.session.elevate('admin', { for: '5m' })
    await second.session.login('alice')
    second.respond()
    const { session } = await browser.visit(sessions)
    assert.deepEqual([session.userId, session.get('cart')], ['alice', 'tea'])
    assert.deepEqual([session.hasPrivilege('admin'), session.authenticationMethods], [false, []])
    await assert.rejects(first.session.regenerate(), hasCode('session_superseded'))
  },

  async 'law 6: a request that came in time accuses nobody, however long it takes'(store) {
    const clock = fakeClock()
    const sessions = sessionsOn(store, { now: clock.now, tokenReuseEnds: 'user' })
    const heard: string[] = []
    sessions.on('authn_token_reuse', () => heard.push('reuse'))
    const { browser } = await signedIn(sessions)
    const held = await testBrowser(browser.cookie).visit(sessions)
    for (let n = 0; n < 6; n++) {
      clock.advance('20m')
      const visit = await browser.visit(sessions)
      visit.respond()
    }
    await assert.rejects(held.session.regenerate(), hasCode('session_superseded'))
    assert.deepEqual([heard, await userOf(sessions, browser.cookie)], [[], 'alice'])
  },

  async 'law 8: what the store said before the process stood still is asked again before it signs somebody out'(
    store,
  ) {
    const clock = fakeClock()
    const sessions = sessionsOn(store, { now: clock.now, tokenReuseEnds: 'user' })
    const { browser, cookie } = await signedIn(sessions)
    const deaf = heardLate(store)
    const standing = sessionsOn(deaf.store, { now: clock.now, tokenReuseEnds: 'user' })
    const used = testBrowser(cookie).visit(standing)
    await deaf.hasAsked
    for (let n = 0; n < 2; n++) {
      clock.advance('20m')
      await browser.visit(sessions)
    }
    deaf.hear()
    assert.equal((await used).session.userId, 'alice', 'its session was used all the while')
    const replaced = heardLate(store)
    const late = testBrowser(cookie).visit(
      sessionsOn(replaced.store, { now: clock.now, tokenReuseEnds: 'user' }),
    )
    await replaced.hasAsked
    for (let n = 0; n < 3; n++) {
      clock.advance('20m')
      const visit = await browser.visit(sessions)
      visit.respond()
    }
    replaced.hear()
    await late
    assert.equal(await userOf(sessions, browser.cookie), 'alice', 'it was taken for a thief')
  },

  async 'law 5: a sign-in gives sealed values another key, whoever writes to them meanwhile'(store) {
    let writes = 0
    const sessions = sessionsOn(store, { sealed: true })
    const busy: SessionStore = {
      ...store,
      async update(sid, patch) {
        // A rotation that looks whether anything changed finds that it did.
        const isOvertaken =
          patch.fields?.secretHash !== undefined && patch.guard?.rev !== undefined && writes++ < 5
        if (isOvertaken) await store.update(sid, { set: {} })
        return store.update(sid, patch)
      },
    }
    const browser = testBrowser()
    const visitor = await browser.visit(sessions)
    await visitor.session.set('cart', 'tea')
    visitor.respond()
    const [held, login] = [
      await browser.visit(sessions),
      await browser.visit(sessionsOn(busy, { sealed: true })),
    ]
    await login.session.login('alice')
    login.respond()
    const { session } = await browser.visit(sessions)
    assert.deepEqual([session.userId, session.get('cart')], ['alice', 'tea'])
    await session.set('address', 'secret')
    await assert.rejects(
      held.session.update('cart', () => 'mine'),
      hasCode('session_superseded'),
    )
    assert.equal(held.session.get('address'), undefined)
  },
}

/** A store whose first read is heard of late. */
function heardLate(store: SessionStore) {
  const { promise: hasAsked, resolve: asked } = Promise.withResolvers<void>()
  const { promise: heard, resolve: hear } = Promise.withResolvers<void>()
  let isFirst = true
  const late: SessionStore = {
    ...store,
    async read(sid, options) {
      const record = await store.read(sid, options)
      if (!isFirst) return record
      isFirst = false
      asked()
      await heard
      return record
    },
  }
  return { store: late, hasAsked, hear }
}
