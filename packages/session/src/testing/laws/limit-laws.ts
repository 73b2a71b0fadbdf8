import assert from 'node:assert/strict'
import type { SessionStore } from '../../store.ts'
import { testBrowser } from '../browser.ts'
import { hasCode, type StoreLawBodies, sessionsOn, signedIn, userOf } from './signed-in.ts'

/** How many sessions a user has (ASVS 7.1.2). */
export const limitLaws: StoreLawBodies = {
  async 'limit: of 50 sign-ins at once with room for 5, exactly 5 live'(store) {
    for (const atCap of ['evict', 'refuse'] as const) {
      const sessions = sessionsOn(store, { sessionsPerUser: { max: 5, atCap }, storeTimeout: '20s' })
      const other = await signedIn(sessions, 'bob')
      // One that others have put out by the time it is answered has no cookie any more.
      const tries = await Promise.allSettled(
        Array.from({ length: 50 }, async () => {
          const browser = testBrowser()
          const visit = await browser.visit(sessions)
          await visit.session.login(atCap)
          visit.respond()
          return browser
        }),
      )
      assert.equal((await sessions.list(atCap)).length, 5)
      const opened = await Promise.all(
        tries.map(async (each) => each.status === 'fulfilled' && (await userOf(sessions, each.value.cookie))),
      )
      assert.equal(opened.filter(Boolean).length, 5)
      const refused = tries.filter((each) => each.status === 'rejected')
      const code = atCap === 'evict' ? 'session_superseded' : 'too_many_sessions'
      for (const { reason } of refused) assert.ok(hasCode(code)(reason), String(reason))
      assert.equal(await userOf(sessions, other.cookie), 'bob')
    }
  },

  async 'limit: the oldest makes room, and who signs in again takes none'(store) {
    let now = Date.UTC(2026, 0, 1)
    const sessions = sessionsOn(store, { sessionsPerUser: { max: 2 }, now: () => now++ })
    const [first, second] = [await signedIn(sessions), await signedIn(sessions)]
    const again = await second.browser.visit(sessions)
    await again.session.login('alice')
    again.respond()
    assert.equal(await userOf(sessions, first.cookie), 'alice')
    await signedIn(sessions)
    assert.equal(await userOf(sessions, first.cookie), null)
    assert.equal(await userOf(sessions, second.browser.cookie), 'alice')
  },

  async 'limit: a sign-in that a later one has put out is told so'(store) {
    let now = Date.UTC(2026, 0, 1)
    const options = { sessionsPerUser: { max: 1 }, now: () => now++ }
    const others = sessionsOn(store, options)
    let later: string | null = null
    const overtaken: SessionStore = {
      ...store,
      async create(record) {
        later = (await signedIn(others)).cookie
        return store.create(record)
      },
    }
    const visit = await testBrowser().visit(sessionsOn(overtaken, options))
    await assert.rejects(visit.session.login('alice'), hasCode('session_superseded'))
    assert.deepEqual([visit.session.userId, visit.setCookies], [null, []])
    assert.equal(await userOf(others, later), 'alice')
  },

  async 'limit: a refused sign-in leaves the visitor as he was'(store) {
    const sessions = sessionsOn(store, { sessionsPerUser: { max: 1, atCap: 'refuse' } })
    const { cookie } = await signedIn(sessions)
    const visitor = testBrowser()
    const visit = await visitor.visit(sessions)
    await visit.session.set('cart', 'tea')
    visit.respond()
    const refused = await visitor.visit(sessions)
    await assert.rejects(refused.session.login('alice'), hasCode('too_many_sessions'))
    assert.deepEqual(refused.setCookies, [])
    const after = await visitor.visit(sessions)
    assert.deepEqual([after.session.userId, after.session.get('cart')], [null, 'tea'])
    assert.equal(await userOf(sessions, cookie), 'alice')
  },
}
