import assert from 'node:assert/strict'
import { pairOf, testBrowser } from '../browser.ts'
import { countingStore } from '../wrapped-store.ts'
import {
  cookieName,
  hasCode,
  opaque,
  type StoreLawBodies,
  sessionsOn,
  signedIn,
  userOf,
} from './signed-in.ts'

/** What opens a session, and what no longer does: laws 1, 5 and 6. */
export const secretLaws: StoreLawBodies = {
  async 'law 1: nothing stolen from the store opens a session'(store) {
    const sessions = sessionsOn(store)
    const { sid, cookie } = await signedIn(sessions)
    const secret = cookie.slice(-44)
    const record = await store.read(sid)
    const everything = JSON.stringify([record, await store.list('alice'), await sessions.list('alice')])
    assert.ok(record && !everything.includes(secret), 'the store or a list holds the secret')
    const stolen = [record.secretHash, record.secretHash.padEnd(44, 'A'), opaque(44), `${sid + sid}AAAA`]
    for (const guess of stolen) assert.equal(await userOf(sessions, `${cookieName}=${sid}${guess}`), null)
    assert.equal(await userOf(sessions, `${cookieName}=${record.secretHash}`), null)
    assert.equal(await userOf(sessions, cookie), 'alice')
  },

  async 'law 5: login gives a new secret, keeps the data, and the old one is dead at once'(store) {
    const sessions = sessionsOn(store)
    const browser = testBrowser()
    const visitor = await browser.visit(sessions)
    await visitor.session.set('cart', ['tea'])
    visitor.respond()
    const planted = browser.cookie
    const login = await browser.visit(sessions)
    const inFlight = await testBrowser(planted).visit(sessions)
    await login.session.login('alice')
    assert.equal(await userOf(sessions, planted), null, 'before the answer is even sent')
    login.respond()
    assert.notEqual(browser.cookie, planted)
    const after = await browser.visit(sessions)
    assert.deepEqual([after.session.userId, after.session.get('cart')], ['alice', ['tea']])
    await assert.rejects(inFlight.session.regenerate(), hasCode('session_superseded'))
    assert.deepEqual(inFlight.setCookies, [], 'a dead secret rotated its way back in')
  },

  async 'law 5: a handle with a dead secret cannot use update to rotate back in'(store) {
    const sessions = sessionsOn(store)
    const { browser, cookie } = await signedIn(sessions)
    const stale = await testBrowser(cookie).visit(sessions)
    await (await browser.visit(sessions)).session.regenerate()
    await assert.rejects(
      stale.session.update('n', () => 1),
      hasCode('session_superseded'),
    )
    await assert.rejects(stale.session.regenerate(), hasCode('session_superseded'))
    assert.deepEqual(stale.setCookies, [])
  },

  async 'law 5: a CSRF token of before a sign-in is dead, also one that was given meanwhile'(store) {
    const sessions = sessionsOn(store)
    const browser = testBrowser()
    const visitor = await browser.visit(sessions)
    await visitor.session.set('cart', 'tea')
    visitor.respond()
    const [login, other] = [await browser.visit(sessions), await browser.visit(sessions)]
    const token = await other.session.csrfToken()
    await login.session.login('alice')
    login.respond()
    const { session } = await browser.visit(sessions)
    assert.equal(session.userId, 'alice')
    assert.throws(() => session.verifyCsrfToken(token), hasCode('csrf_token_invalid'))
    session.verifyCsrfToken(await session.csrfToken())
  },

  async 'law 5: regenerate keeps session and data under a new secret'(store) {
    const sessions = sessionsOn(store)
    const { browser, sid, cookie } = await signedIn(sessions)
    const visit = await browser.visit(sessions)
    await visit.session.set('role', 'admin')
    await visit.session.regenerate()
    visit.respond()
    assert.equal(visit.setCookies.length, 1)
    assert.equal(await userOf(sessions, cookie), null)
    const after = await browser.visit(sessions)
    assert.deepEqual(
      [after.session.sid, after.session.userId, after.session.get('role')],
      [sid, 'alice', 'admin'],
    )
  },

  async 'law 5: signing in as another user ends the session and carries nothing over'(store) {
    const sessions = sessionsOn(store)
    const { browser, sid, cookie } = await signedIn(sessions)
    const visit = await browser.visit(sessions)
    await visit.session.set('private', 'alice’s')
    await visit.session.login('bob')
    visit.respond()
    assert.equal(await store.read(sid), null)
    assert.equal(await userOf(sessions, cookie), null)
    const after = await browser.visit(sessions)
    assert.deepEqual([after.session.userId, after.session.get('private')], ['bob', undefined])
  },

  async 'law 6: an unknown token is never adopted and never answered with a cookie'(store) {
    const sessions = sessionsOn(store)
    const unknown = `${cookieName}=${opaque(64)}`
    const visit = await testBrowser(unknown).visit(sessions)
    assert.deepEqual([visit.session.sid, visit.setCookies], [null, []])
    await visit.session.set('a', 1)
    await visit.session.login('alice')
    for (const line of visit.setCookies) assert.notEqual(pairOf(line), unknown)
    assert.equal(await userOf(sessions, unknown), null)
    assert.equal(await store.read(opaque(20)), null)
  },

  async 'law 6: a wrong secret for a session that exists is answered without a cookie'(store) {
    const sessions = sessionsOn(store)
    const { sid, cookie } = await signedIn(sessions)
    const visit = await testBrowser(`${cookieName}=${sid}${opaque(44)}`).visit(sessions)
    assert.deepEqual([visit.session.sid, visit.setCookies], [null, []])
    assert.equal(await userOf(sessions, cookie), 'alice')
  },

  async 'law 6: a malformed token costs no store access'(store) {
    const counting = countingStore(store)
    const sessions = sessionsOn(counting)
    const malformed = [
      '',
      'x',
      opaque(63),
      opaque(65),
      `${opaque(63)}=`,
      `${opaque(63)} `,
      '%00',
      'ä'.repeat(64),
    ]
    for (const value of malformed) {
      const visit = await testBrowser(`${cookieName}=${value}`).visit(sessions)
      assert.deepEqual([visit.session.sid, visit.setCookies], [null, []])
    }
    assert.equal(counting.calls(), 0)
  },
}
