import assert from 'node:assert/strict'
import { testBrowser } from '../browser.ts'
import { brokenStore } from '../wrapped-store.ts'
import { hasCode, type StoreLawBodies, sessionsOn, signedIn, userOf, within } from './signed-in.ts'

/** A store that fails or hangs: law 8. */
export const outageLaws: StoreLawBodies = {
  async 'law 8: when the store cannot answer, nobody is let in and nobody is signed out'(store) {
    const { cookie } = await signedIn(sessionsOn(store))
    const broken = brokenStore(store)
    const sessions = sessionsOn(broken)
    const open = await testBrowser(cookie).visit(sessions)
    broken.fail(true)
    await assert.rejects(testBrowser(cookie).visit(sessions), hasCode('store_unavailable'))
    assert.equal(await userOf(sessions, null), null, 'a request without a cookie goes on')
    const writes = [
      () => open.session.logout(),
      () => open.session.regenerate(),
      () => open.session.login('alice'),
      () => open.session.login('bob'),
      () => open.session.set('a', 1),
      () => sessions.revoke(open.session.sid ?? ''),
      () => sessions.revokeUser('alice'),
      () => sessions.revokeAll(),
    ]
    for (const write of writes) await assert.rejects(write(), hasCode('store_unavailable'))
    assert.deepEqual(open.setCookies, [], 'an answer that did not reach the store changed the cookie')
    broken.fail(false)
    assert.equal(await userOf(sessions, cookie), 'alice')
  },

  async 'law 8: a store that hangs is given up after the deadline'(store) {
    const { cookie } = await signedIn(sessionsOn(store))
    const broken = brokenStore(store)
    const sessions = sessionsOn(broken, { storeTimeout: 20 })
    broken.hang()
    const opened = testBrowser(cookie).visit(sessions)
    await assert.rejects(within(2000, opened), hasCode('store_unavailable'))
    // Removing everything may take long, but not for ever.
    const all = sessionsOn(broken, { storeTimeout: 2 }).revokeAll()
    await assert.rejects(within(2000, all), hasCode('store_unavailable'))
  },

  async 'law 8: a logout that is sent again reaches the store, though the first one has ended the session'(
    store,
  ) {
    const { cookie, sid } = await signedIn(sessionsOn(store))
    const bystander = await signedIn(sessionsOn(store))
    await store.delete(sid)
    let confirmed = 0
    const broken = brokenStore({ ...store, confirmDeleted: async () => void confirmed++ })
    const sessions = sessionsOn(broken)
    const again = await testBrowser(cookie).visit(sessions)
    broken.fail(true)
    await assert.rejects(again.session.logout(), hasCode('store_unavailable'))
    broken.fail(false)
    await again.session.logout()
    assert.equal(confirmed, 1)
    const guess = `${bystander.cookie.slice(0, -44)}${'A'.repeat(44)}`
    const guesser = await testBrowser(guess).visit(sessions)
    await assert.rejects(guesser.session.logout(), hasCode('session_superseded'))
    assert.equal(await userOf(sessions, bystander.cookie), 'alice', 'who knows the sid alone ended a session')
  },
}
