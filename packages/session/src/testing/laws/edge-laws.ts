import assert from 'node:assert/strict'
import { testBrowser } from '../browser.ts'
import { fakeClock } from '../clock.ts'
import { brokenStore, countingStore } from '../wrapped-store.ts'
import { hasCode, type StoreLawBodies, sessionsOn, signedIn, userOf, within } from './signed-in.ts'

/** Clocks that are wrong, operations that fail half way, and what many requests of one session cost. */
export const edgeLaws: StoreLawBodies = {
  async 'law 4: a session that a clock wrote which was ahead ends as if it had been right'(store) {
    const clock = fakeClock()
    let ahead = 86_400_000
    const sessions = sessionsOn(store, { now: () => clock.now() + ahead, streamCheckInterval: 50 })
    const [used, unused, watched] = [
      await signedIn(sessions),
      await signedIn(sessions),
      await signedIn(sessions),
    ]
    const { signal } = (await watched.browser.visit(sessions)).session
    clock.advance('1m')
    ahead = 0
    assert.equal(await userOf(sessions, used.cookie), 'alice')
    clock.advance('31m')
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve))
    if (!signal.aborted) await within(1000, aborted)
    assert.equal(await userOf(sessions, used.cookie), null)
    assert.equal(await userOf(sessions, unused.cookie), null)
    assert.deepEqual(await sessions.list('alice'), [])
  },

  async 'law 4: a time in the future counts as now, and the next use writes it'(store) {
    const clock = fakeClock()
    const wrong = sessionsOn(store, { now: () => clock.now() + 365 * 86_400_000 })
    const { browser } = await signedIn(wrong)
    const elevated = await browser.visit(wrong)
    await elevated.session.elevate('admin', { for: '5m' })
    elevated.respond()
    const sessions = sessionsOn(store, { now: clock.now })
    const [listed] = await sessions.list('alice')
    assert.equal(listed?.lastSeenAt, clock.now())
    const { session } = await browser.visit(sessions)
    assert.equal(session.hasPrivilege('admin'), false, 'nobody knows for how long it was granted')
    session.requireFresh('5m')
    clock.advance('6m')
    assert.throws(() => session.requireFresh('5m'), hasCode('reauthentication_required'))
    for (const wait of ['20m', '20m', '14m'] as const) {
      assert.deepEqual((await browser.visit(sessions)).setCookies, [])
      clock.advance(wait)
    }
    const renewing = await browser.visit(sessions)
    assert.equal(renewing.setCookies.length, 1, 'its secret is as old as the session')
    clock.advance('30m')
    assert.deepEqual(await sessions.list('alice'), [])
  },

  async 'law 4: a secret is good no longer because a server was ahead that saw its successor'(store) {
    const clock = fakeClock()
    const sessions = sessionsOn(store, { now: clock.now })
    const ahead = sessionsOn(store, { now: () => clock.now() + 20 * 60_000 })
    const { browser, cookie } = await signedIn(sessions)
    for (let n = 0; n < 3; n++) {
      clock.advance('20m')
      const visit = await browser.visit(sessions)
      visit.respond()
    }
    assert.notEqual(browser.cookie, cookie)
    await browser.visit(ahead)
    assert.equal(await userOf(sessions, browser.cookie), 'alice')
    clock.advance('11s')
    assert.equal(await userOf(sessions, cookie), null)
    assert.equal(await userOf(sessions, browser.cookie), 'alice')
  },

  async 'law 4: a clock that goes ahead for a moment ends no session, and one that gives no time lets nobody in'(
    store,
  ) {
    const clock = fakeClock()
    let ahead = 0
    const sessions = sessionsOn(store, { now: () => clock.now() + ahead })
    const { cookie } = await signedIn(sessions)
    ahead = 86_400_000
    assert.equal(await userOf(sessions, cookie), null)
    ahead = 0
    assert.equal(await userOf(sessions, cookie), 'alice')
    ahead = Number.NaN
    await assert.rejects(userOf(sessions, cookie), hasCode('config_invalid'))
    ahead = 0.5
    const { sid } = await signedIn(sessions)
    const { createdAt, lastSeenAt } = (await store.read(sid)) ?? {}
    assert.deepEqual(
      [createdAt, lastSeenAt],
      [clock.now(), clock.now()],
      'fractions of a millisecond are none of a store’s business',
    )
    assert.equal(await userOf(sessions, cookie), 'alice')
  },

  async 'limit: the newest sign-in stays, whatever the clocks of the servers'(store) {
    for (const max of [1, 2]) {
      const user = `user${max}`
      const clock = fakeClock()
      const options = { sessionsPerUser: { max } }
      const ahead = sessionsOn(store, { ...options, now: () => clock.now() + 3000 })
      const behind = sessionsOn(store, { ...options, now: clock.now })
      for (let n = 0; n < max; n++) await signedIn(ahead, user)
      const { cookie } = await signedIn(behind, user)
      assert.equal(await userOf(behind, cookie), user)
      assert.equal((await behind.list(user)).length, max)
    }
  },

  async 'law 8: a sign-in that the store fails half way leaves what there was, and no session that nobody holds'(
    store,
  ) {
    const failing = { operation: '' }
    const fails = { ...brokenStore(store), ...failingOn(store, failing) }
    const sessions = sessionsOn(fails, { sessionsPerUser: { max: 5 }, warn: () => undefined })
    const visitor = testBrowser()
    const first = await visitor.visit(sessions)
    await first.session.set('cart', 'tea')
    first.respond()
    failing.operation = 'list'
    const login = await visitor.visit(sessions)
    await assert.rejects(login.session.login('alice'), hasCode('store_unavailable'))
    login.respond()
    assert.equal((await visitor.visit(sessions)).session.get('cart'), 'tea')
    failing.operation = ''
    const { browser } = await signedIn(sessions)
    failing.operation = 'delete'
    for (let n = 0; n < 3; n++) {
      const other = await browser.visit(sessions)
      await assert.rejects(other.session.login('bob'), hasCode('store_unavailable'))
      other.respond()
    }
    failing.operation = ''
    assert.equal(await userOf(sessions, browser.cookie), 'alice')
    assert.deepEqual(await sessions.list('bob'), [])
  },

  async 'law 8: a sign-in is done although the user’s sessions cannot be counted after it'(store) {
    const failing = { operation: '' }
    const warnings: string[] = []
    const sessions = sessionsOn(
      {
        ...brokenStore(store),
        ...failingOn(store, failing),
        async update(sid, patch) {
          if (patch.fields?.userId) failing.operation = 'list'
          return store.update(sid, patch)
        },
      },
      { sessionsPerUser: { max: 5 }, warn: (message) => void warnings.push(message) },
    )
    const browser = testBrowser()
    const visitor = await browser.visit(sessions)
    await visitor.session.set('cart', 'tea')
    visitor.respond()
    const login = await browser.visit(sessions)
    await login.session.login('alice')
    login.respond()
    const { session } = await browser.visit(sessions)
    assert.deepEqual([session.userId, session.get('cart'), warnings.length], ['alice', 'tea', 1])
  },

  async 'law 9: a privilege under a policy that would end the session is refused, and nothing changes'(
    store,
  ) {
    const clock = fakeClock()
    const policies = {
      remembered: { idleTimeout: '14d', absoluteTimeout: '30d' },
      admin: { idleTimeout: '15m', absoluteTimeout: '8h' },
    } as const
    const sessions = sessionsOn(store, { now: clock.now, policies })
    const browser = testBrowser()
    const login = await browser.visit(sessions)
    await login.session.login('alice', { policy: 'remembered' })
    login.respond()
    for (let n = 0; n < 2; n++) {
      clock.advance('1d')
      const visit = await browser.visit(sessions)
      visit.respond()
    }
    const { session, setCookies } = await browser.visit(sessions)
    for (const deed of [
      () => session.elevate('admin', { for: '15m', policy: 'admin' }),
      () => session.drop('admin', { policy: 'admin' }),
    ])
      await assert.rejects(deed(), hasCode('reauthentication_required'))
    assert.deepEqual(setCookies, [])
    assert.equal(await userOf(sessions, browser.cookie), 'alice')
  },

  async 'law 3: updates at once cost a few operations each, not one for each other'(store) {
    const counting = countingStore(store)
    const sessions = sessionsOn(counting)
    const { cookie } = await signedIn(sessions)
    const visits = await Promise.all(Array.from({ length: 50 }, () => testBrowser(cookie).visit(sessions)))
    const before = counting.calls()
    await Promise.all(visits.map(({ session }) => session.update('n', (n) => Number(n ?? 0) + 1)))
    assert.ok(counting.calls() - before <= 3 * visits.length, `${counting.calls() - before} operations`)
    const { session } = await testBrowser(cookie).visit(sessions)
    assert.equal(session.get('n'), visits.length)
  },

  async 'law 7: a visitor’s sign-out costs the store one look'(store) {
    const counting = countingStore(store)
    const sessions = sessionsOn(counting)
    const visit = await testBrowser(`__Host-session=${'A'.repeat(64)}`).visit(sessions)
    await visit.session.logout()
    assert.equal(counting.calls(), store.confirmDeleted ? 2 : 1)
    assert.deepEqual(visit.setCookies, [])
  },
}

function failingOn(store: Parameters<typeof brokenStore>[0], failing: { readonly operation: string }) {
  const refuse = async (name: string) => {
    if (failing.operation === name) throw new Error('connection reset')
  }
  return {
    list: async (userId: string) => {
      await refuse('list')
      return store.list(userId)
    },
    delete: async (...args: Parameters<typeof store.delete>) => {
      await refuse('delete')
      return store.delete(...args)
    },
  }
}
