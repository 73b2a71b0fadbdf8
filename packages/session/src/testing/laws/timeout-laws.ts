import assert from 'node:assert/strict'
import { testBrowser } from '../browser.ts'
import { fakeClock } from '../clock.ts'
import { type StoreLawBodies, sessionsOn, signedIn, userOf } from './signed-in.ts'

/** Both timeouts are the server’s: law 4. */
export const timeoutLaws: StoreLawBodies = {
  async 'law 4: the idle timeout is the server’s'(store) {
    const clock = fakeClock()
    const sessions = sessionsOn(store, { now: clock.now, idleTimeout: '20m' })
    const { cookie } = await signedIn(sessions)
    clock.advance('19m')
    assert.equal(await userOf(sessions, cookie), 'alice')
    clock.advance('19m')
    assert.equal(await userOf(sessions, cookie), 'alice', 'use must restart the idle timeout')
    clock.advance('20m')
    assert.equal(await userOf(sessions, cookie), null)
  },

  async 'law 4: use without touch does not restart the idle timeout'(store) {
    const clock = fakeClock()
    const sessions = sessionsOn(store, { now: clock.now, idleTimeout: '20m' })
    const { cookie } = await signedIn(sessions)
    clock.advance('19m')
    assert.equal((await testBrowser(cookie).visit(sessions, { touch: false })).session.userId, 'alice')
    clock.advance('1m')
    assert.equal(await userOf(sessions, cookie), null)
  },

  async 'law 4: the absolute timeout is the server’s, whatever the use'(store) {
    const clock = fakeClock()
    const sessions = sessionsOn(store, { now: clock.now, idleTimeout: '30m', absoluteTimeout: '2h' })
    const { cookie } = await signedIn(sessions)
    for (let n = 0; n < 11; n++) {
      clock.advance('10m')
      assert.equal(await userOf(sessions, cookie), 'alice')
    }
    clock.advance('10m')
    assert.equal(await userOf(sessions, cookie), null)
  },

  async 'law 4: a shorter policy acts on live sessions, a longer one revives none'(store) {
    const clock = fakeClock()
    const { cookie } = await signedIn(sessionsOn(store, { now: clock.now, idleTimeout: '30m' }))
    const other = await signedIn(sessionsOn(store, { now: clock.now, idleTimeout: '30m' }))
    clock.advance('10m')
    assert.equal(await userOf(sessionsOn(store, { now: clock.now, idleTimeout: '5m' }), cookie), null)
    clock.advance('20m')
    const longer = sessionsOn(store, { now: clock.now, idleTimeout: '8h' })
    assert.equal(await userOf(longer, cookie), null)
    assert.equal(await userOf(longer, other.cookie), null)
  },

  async 'law 4: signing in again restarts both timeouts'(store) {
    const clock = fakeClock()
    const sessions = sessionsOn(store, { now: clock.now, idleTimeout: '30m', absoluteTimeout: '1h' })
    const { browser } = await signedIn(sessions)
    clock.advance('29m')
    const visit = await browser.visit(sessions)
    clock.advance('29m')
    await visit.session.login('alice')
    visit.respond()
    clock.advance('29m')
    assert.equal(await userOf(sessions, browser.cookie), 'alice')
    clock.advance('29m')
    assert.equal(await userOf(sessions, browser.cookie), 'alice')
    clock.advance('2m')
    assert.equal(await userOf(sessions, browser.cookie), null)
  },
}
