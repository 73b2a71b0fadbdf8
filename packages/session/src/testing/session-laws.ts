import assert from 'node:assert/strict'
import { isSessionError, type SessionErrorCode } from '../errors.ts'
import { createSessions, type Sessions, type SessionsOptions } from '../sessions.ts'
import type { SessionStore } from '../store.ts'
import { pairOf, testBrowser } from './browser.ts'
import { fakeClock } from './clock.ts'
import { brokenStore, countingStore } from './wrapped-store.ts'

const cookieName = '__Host-session'
const opaque = (length: number) => 'A'.repeat(length)

function sessionsOn(store: SessionStore, options: Partial<SessionsOptions> = {}): Sessions {
  return createSessions({ store, sweepInterval: false, ...options })
}

const hasCode = (code: SessionErrorCode) => (error: unknown) => isSessionError(error) && error.code === code

/** Signs a user in with a browser of its own. */
async function signedIn(sessions: Sessions, userId = 'alice') {
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.login(userId)
  visit.respond()
  assert.ok(browser.cookie && visit.session.sid)
  return { browser, sid: visit.session.sid, cookie: browser.cookie }
}

async function userOf(sessions: Sessions, cookie: string | null): Promise<string | null> {
  return (await testBrowser(cookie).visit(sessions)).session.userId
}

/** The ten laws of the design, each over a store. */
export const sessionLaws: Readonly<Record<string, (store: SessionStore) => Promise<void>>> = {
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

  async 'law 3: writes merge, and update loses none'(store) {
    const sessions = sessionsOn(store)
    const { cookie } = await signedIn(sessions)
    const visits = await Promise.all(Array.from({ length: 20 }, () => testBrowser(cookie).visit(sessions)))
    await Promise.all(
      visits.flatMap(({ session }, n) => [
        session.set(`k${n}`, n),
        session.update('count', (count) => Number(count ?? 0) + 1),
      ]),
    )
    const { session } = await testBrowser(cookie).visit(sessions)
    for (const n of visits.keys()) assert.equal(session.get(`k${n}`), n)
    assert.equal(session.get('count'), visits.length)
  },

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
    await stale.session.update('n', () => 1)
    await assert.rejects(stale.session.regenerate(), hasCode('session_superseded'))
    assert.deepEqual(stale.setCookies, [])
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

  async 'law 7: a visitor costs nothing until something is stored'(store) {
    const counting = countingStore(store)
    const sessions = sessionsOn(counting)
    const visit = await testBrowser().visit(sessions)
    assert.equal(visit.session.get('a'), undefined)
    await visit.session.delete('a')
    await visit.session.regenerate()
    await visit.session.logout()
    await visit.session.set({})
    assert.deepEqual([counting.calls(), visit.setCookies], [0, []])
    await Promise.all([visit.session.set('a', 1), visit.session.set('b', 2)])
    assert.deepEqual([counting.calls(), visit.setCookies.length], [2, 1], 'one record and one cookie')
  },

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
    const keepAlive = setInterval(() => undefined, 1000)
    try {
      await assert.rejects(testBrowser(cookie).visit(sessions), hasCode('store_unavailable'))
    } finally {
      clearInterval(keepAlive)
    }
  },

  async 'law 9: a write has reached the store when its promise resolves'(store) {
    const sessions = sessionsOn(store)
    const { session } = await testBrowser().visit(sessions)
    await session.set('a', 1)
    const sid = session.sid ?? ''
    assert.equal((await store.read(sid))?.data.a, '1')
    await session.update('a', (a) => Number(a) + 1)
    assert.equal((await store.read(sid))?.data.a, '2')
    await session.delete('a')
    assert.equal((await store.read(sid))?.data.a, undefined)
    await session.login('alice')
    assert.equal((await store.read(sid))?.userId, 'alice')
    await session.logout()
    assert.equal(await store.read(sid), null)
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
}
