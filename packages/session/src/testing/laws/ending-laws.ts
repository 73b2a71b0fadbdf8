import assert from 'node:assert/strict'
import { isSessionError } from '../../errors.ts'
import type { Sessions } from '../../sessions.ts'
import { testBrowser } from '../browser.ts'
import { fakeClock } from '../clock.ts'
import { aroundStore } from '../wrapped-store.ts'
import { hasCode, type StoreLawBodies, sessionsOn, signedIn, userOf, within } from './signed-in.ts'

/** Ended sessions stay ended, everywhere: laws 2 and 10. */
export const endingLaws: StoreLawBodies = {
  async 'law 2: gone is gone, for every request in flight'(store) {
    const clock = fakeClock()
    const endings: Record<string, (sessions: Sessions, sid: string, cookie: string) => Promise<unknown>> = {
      logout: async (sessions, _, cookie) => (await testBrowser(cookie).visit(sessions)).session.logout(),
      revoke: (sessions, sid) => sessions.revoke(sid),
      revokeUser: (sessions) => sessions.revokeUser('alice'),
      revokeAll: (sessions) => sessions.revokeAll(),
      expiry: async () => clock.advance('30m'),
    }
    for (const [name, end] of Object.entries(endings)) {
      const sessions = sessionsOn(store, { now: clock.now })
      const { sid, cookie } = await signedIn(sessions)
      const late = await testBrowser(cookie).visit(sessions)
      await end(sessions, sid, cookie)
      const writes = [
        () => late.session.set('late', true),
        () => late.session.delete('late'),
        () => late.session.update('late', () => true),
      ]
      for (const write of writes) await assert.rejects(write(), hasCode('session_ended'), name)
      await assert.rejects(
        late.session.regenerate(),
        (error) => isSessionError(error) && error.status < 500,
        name,
      )
      assert.deepEqual(late.setCookies, [], `${name}: a cookie was left behind`)
      assert.equal(await userOf(sessions, cookie), null, name)
      assert.equal(await store.read(sid), null, `${name}: the record is back`)
    }
  },

  async 'law 2: a revocation for one user ends no session of another'(store) {
    const sessions = sessionsOn(store)
    const { sid, cookie } = await signedIn(sessions)
    assert.equal(await sessions.revoke(sid, { userId: 'bob' }), false)
    assert.equal(await userOf(sessions, cookie), 'alice')
    assert.equal(await sessions.revoke(sid, { userId: 'alice' }), true)
    assert.equal(await userOf(sessions, cookie), null)
    assert.equal(await sessions.revoke(sid, { userId: 'alice' }), false)
  },

  async 'law 2: a login in flight when its session ends starts a fresh one'(store) {
    const sessions = sessionsOn(store)
    const { sid, cookie } = await signedIn(sessions)
    const browser = testBrowser(cookie)
    const late = await browser.visit(sessions)
    await sessions.revoke(sid)
    await late.session.login('alice')
    late.respond()
    assert.notEqual(late.session.sid, sid)
    assert.equal(await userOf(sessions, cookie), null)
    assert.equal(await userOf(sessions, browser.cookie), 'alice')
  },

  async 'law 2: a request that an ending overtakes leaves no cookie behind'(store) {
    const clock = fakeClock()
    const sessions = sessionsOn(store, { now: clock.now })
    const { sid, cookie } = await signedIn(sessions)
    for (let n = 0; n < 3; n++) {
      clock.advance('20m')
      // The last of these answers has a new cookie, which is lost.
      await testBrowser(cookie).visit(sessions)
    }
    clock.advance('2m')
    const overtaken = aroundStore(store, async (run) => run())
    const late = sessionsOn(
      {
        ...overtaken,
        async update(...patch) {
          await sessions.revoke(sid)
          return store.update(...patch)
        },
      },
      { now: clock.now },
    )
    const visit = await testBrowser(cookie).visit(late)
    assert.deepEqual([visit.session.sid, visit.setCookies], [null, []])
  },

  async 'law 10: revocation is immediate and reaches open streams'(store) {
    const sessions = sessionsOn(store)
    const [here, elsewhere, other] = [
      await signedIn(sessions),
      await signedIn(sessions),
      await signedIn(sessions, 'bob'),
    ]
    const streams = await Promise.all(
      [here, elsewhere, other].map(
        async ({ cookie }) => (await testBrowser(cookie).visit(sessions)).session.signal,
      ),
    )
    assert.deepEqual(
      streams.map((signal) => signal.aborted),
      [false, false, false],
    )
    assert.equal(await sessions.revokeUser('alice', { except: here.sid }), 1)
    assert.deepEqual(
      streams.map((signal) => signal.aborted),
      [false, true, false],
    )
    assert.deepEqual(
      await Promise.all([here, elsewhere, other].map(({ cookie }) => userOf(sessions, cookie))),
      ['alice', null, 'bob'],
    )
    assert.deepEqual(
      (await sessions.list('alice')).map(({ sid }) => sid),
      [here.sid],
    )
    await sessions.revokeAll()
    assert.equal(await userOf(sessions, here.cookie), null)
    assert.deepEqual(
      streams.map((signal) => signal.aborted),
      [true, true, true],
    )
  },

  async 'law 10: a stream that opens while its session ends does not stay open'(store) {
    const sessions = sessionsOn(store, { streamCheckInterval: '1h' })
    const { sid, cookie } = await signedIn(sessions)
    const { session } = await testBrowser(cookie).visit(sessions)
    // By another server: of what this process itself ends, nobody has to ask the store.
    await sessionsOn(store).revoke(sid)
    const { signal } = session
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve))
    if (!signal.aborted) await within(2000, aborted)
  },
}
