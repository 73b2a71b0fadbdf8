import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import type { Sessions } from '../../sessions.ts'
import type { SessionStore, StoreEvent } from '../../store.ts'
import { type EndedFeed, endedFeed } from '../../tokens/revocation/feed.ts'
import { onlineRevocations } from '../../tokens/revocation/online.ts'
import { withRecordedEndings } from '../../tokens/revocation/recorded-endings.ts'
import type { TokenSource } from '../../tokens/revocation/revocations.ts'
import { testBrowser } from '../browser.ts'
import { type FakeClock, fakeClock } from '../clock.ts'
import { aroundStore, brokenStore } from '../wrapped-store.ts'
import { type StoreLawBodies, sessionsOn, signedIn, userOf, within } from './signed-in.ts'

const lifetime = 5 * 60_000

/** A server that issues, on the store with its list; tokens are what a guard sees of them. */
function issuer(store: SessionStore, clock: FakeClock) {
  const sessions = sessionsOn(withRecordedEndings(store, { lifetime, now: clock.now }), { now: clock.now })
  const issue = async (userId = 'alice') => {
    const { sid, cookie } = await signedIn(sessions, userId)
    const token: TokenSource = { sid, userId, issuedAt: clock.now() }
    return { sid, cookie, token }
  }
  return { sessions, issue }
}

/** The store as another process has it, that hears no announcement. */
const elsewhere = (store: SessionStore) => aroundStore(store, async (run) => run())

async function following<T>(
  store: SessionStore,
  clock: FakeClock,
  use: (feed: EndedFeed) => Promise<T>,
): Promise<T> {
  // Polls are the law's own; the timer's would come at any time.
  const options = { lifetime, pollInterval: '1h', maxAge: '2h', now: clock.now, elapsed: clock.now } as const
  const feed = endedFeed(store, options)
  try {
    return await use(feed)
  } finally {
    await feed.close()
  }
}

const endings: Readonly<
  Record<string, (sessions: Sessions, of: { sid: string; cookie: string }) => Promise<unknown>>
> = {
  logout: async (sessions, { cookie }) => (await testBrowser(cookie).visit(sessions)).session.logout(),
  revoke: (sessions, { sid }) => sessions.revoke(sid),
  revokeUser: (sessions) => sessions.revokeUser('alice'),
  'revokeUser but for another': (sessions) => sessions.revokeUser('alice', { except: 'another' }),
  revokeAll: (sessions) => sessions.revokeAll(),
}

const unknown = { code: 'revocations_unknown' }

/** Where the store announces, a guard elsewhere does not wait for its next question. */
export const announcedRevocationLaws: StoreLawBodies = {
  async 'tokens: an ending that is announced is known without a question'(store) {
    const clock = fakeClock()
    const { sessions, issue } = issuer(store, clock)
    const listening = Promise.withResolvers<void>()
    const subscribe = (listener: (event: StoreEvent) => void) => {
      const subscription = store.subscribe?.((event) => {
        listener(event)
        if (event.type === 'listening') listening.resolve()
      })
      assert.ok(subscription, 'a store that announces has subscribe')
      return subscription
    }
    let reads = 0
    const other = elsewhere(store)
    const read = (sid: string) => {
      reads++
      return other.read(sid)
    }
    const counted = { ...other, read, subscribe }
    await following(counted, clock, async (feed) => {
      await within(10_000, listening.promise)
      await feed.refresh()
      const { token, sid } = await issue()
      const before = reads
      await sessions.revoke(sid)
      const isKnown = async () => {
        while (!(await feed.isEnded(token))) await setImmediate()
      }
      await within(10_000, isKnown())
      assert.equal(reads, before)
    })
  },
}

/** Tokens end with their session, for every guard that follows the store. */
export const tokenRevocationLaws: StoreLawBodies = {
  async 'tokens: every ending is known to a guard elsewhere at its next question'(store) {
    const clock = fakeClock()
    const { sessions, issue } = issuer(store, clock)
    await following(elsewhere(store), clock, async (feed) => {
      await feed.refresh()
      for (const [name, end] of Object.entries(endings)) {
        const one = await issue()
        const other = await issue('bob')
        clock.advance('10s')
        assert.equal(await feed.isEnded(one.token), false, name)
        const before = feed.generation()
        await end(sessions, one)
        await feed.refresh()
        assert.equal(await feed.isEnded(one.token), true, name)
        assert.notEqual(feed.generation(), before, `${name}: what was found alive has to be looked at again`)
        if (name !== 'revokeAll') assert.equal(await feed.isEnded(other.token), false, name)
      }
    })
  },

  async 'tokens: a guard of the same process knows at once'(store) {
    const clock = fakeClock()
    const { sessions, issue } = issuer(store, clock)
    await following(store, clock, async (feed) => {
      await feed.refresh()
      const { sid, token } = await issue()
      await sessions.revoke(sid)
      assert.equal(feed.isEnded(token), true)
    })
  },

  async 'tokens: a guard that starts has the whole list before it answers'(store) {
    const clock = fakeClock()
    const { sessions, issue } = issuer(store, clock)
    const ended: TokenSource[] = []
    for (let n = 0; n < 8; n++) {
      const { sid, token } = await issue()
      await sessions.revoke(sid)
      ended.push(token)
      clock.advance('40s')
    }
    const { token: live } = await issue()
    await following(elsewhere(store), clock, async (feed) => {
      assert.equal(feed.generation(), null)
      // The first of them lived its five minutes, so that nobody has to know it any more.
      for (const token of ended.slice(1)) assert.equal(await feed.isEnded(token), true)
      assert.equal(feed.isEnded(live), false)
    })
  },

  async 'tokens: many endings at once are all known'(store) {
    const clock = fakeClock()
    const list = withRecordedEndings(store, { lifetime, now: clock.now })
    const sids = Array.from({ length: 500 }, (_, n) => `sid-of-number-${String(n).padStart(6, '0')}`)
    await Promise.all(sids.map((sid) => list.delete(sid)))
    await following(elsewhere(store), clock, async (feed) => {
      await feed.refresh()
      const source = (sid: string) => ({ sid, userId: 'alice', issuedAt: clock.now() })
      for (const sid of sids) assert.equal(await feed.isEnded(source(sid)), true, sid)
      assert.equal(await feed.isEnded(source('sid-of-nobody-at-all')), false)
      assert.equal(feed.stats().entries, sids.length)
      clock.advance(2 * lifetime)
      await feed.refresh()
      assert.equal(feed.stats().entries, 0, 'what concerns no token any more is forgotten')
    })
  },

  async 'tokens: what did not end is not told'(store) {
    const clock = fakeClock()
    const { issue } = issuer(store, clock)
    const list = withRecordedEndings(store, { lifetime, now: clock.now })
    const { sid, cookie, token } = await issue()
    assert.equal(await list.delete(sid, { secretHash: 'another' }), false)
    await following(elsewhere(store), clock, async (feed) => {
      assert.equal(await feed.isEnded(token), false)
      const { secretHash } = (await store.read(sid)) ?? { secretHash: '' }
      assert.equal(await list.delete(sid, { secretHash }), true)
      await feed.refresh()
      assert.equal(await feed.isEnded(token), true)
    })
    assert.equal(await userOf(sessionsOn(store), cookie), null)
  },

  async 'tokens: a store that cannot be asked lets nobody in after maxAge, nor before the first answer'(
    store,
  ) {
    const clock = fakeClock()
    const { issue } = issuer(store, clock)
    const { token } = await issue()
    const broken = brokenStore(elsewhere(store))
    const warnings: string[] = []
    const options = {
      lifetime,
      now: clock.now,
      elapsed: clock.now,
      warn: (text: string) => warnings.push(text),
    }
    broken.fail(true)
    const feed = endedFeed(broken, { ...options, pollInterval: '1h', maxAge: '2h' })
    try {
      await assert.rejects(async () => feed.isEnded(token), unknown)
      broken.fail(false)
      assert.equal(await feed.isEnded(token), false)
      broken.fail(true)
      await assert.rejects(feed.refresh())
      clock.advance('2h')
      assert.equal(feed.isEnded(token), false)
      clock.advance(1)
      assert.throws(() => feed.isEnded(token), unknown)
      assert.throws(() => feed.generation(), unknown)
      broken.fail(false)
      await feed.refresh()
      assert.equal(feed.isEnded(token), false)
    } finally {
      await feed.close()
    }
    assert.equal(warnings.length, 1)
  },

  async 'tokens: with more endings than a guard may hold it lets nobody in'(store) {
    const clock = fakeClock()
    const list = withRecordedEndings(store, { lifetime, now: clock.now })
    const other = elsewhere(store)
    const limits = { pollInterval: '1h', maxAge: '2h', maxEntries: 2 } as const
    const feed = endedFeed(other, { ...limits, lifetime, now: clock.now, elapsed: clock.now })
    const token = { sid: 'sid-of-somebody-else', userId: 'alice', issuedAt: clock.now() }
    try {
      await list.delete('sid-of-number-000001')
      await feed.refresh()
      assert.equal(feed.isEnded(token), false)
      await list.delete('sid-of-number-000002')
      await feed.refresh()
      assert.throws(() => feed.isEnded(token), unknown)
    } finally {
      await feed.close()
    }
  },

  async 'tokens: one read of the store knows every ending at once'(store) {
    const clock = fakeClock()
    const { sessions, issue } = issuer(store, clock)
    const online = onlineRevocations(elsewhere(store), { now: clock.now })
    for (const [name, end] of Object.entries(endings)) {
      const one = await issue()
      assert.equal(await online.isEnded(one.token), false, name)
      assert.equal(await online.isEnded({ ...one.token, userId: 'mallory' }), true, name)
      await end(sessions, one)
      assert.equal(await online.isEnded(one.token), true, name)
    }
    const { token } = await issue()
    clock.advance('30m')
    assert.equal(await online.isEnded(token), true, 'a timeout that passed is an ending')
    const broken = brokenStore(elsewhere(store))
    broken.fail(true)
    await assert.rejects(async () => onlineRevocations(broken).isEnded(token), unknown)
  },

  async 'tokens: the list of ended sessions opens nothing and ends nothing'(store) {
    const clock = fakeClock()
    const { sessions, issue } = issuer(store, clock)
    const { sid } = await issue()
    await sessions.revoke(sid)
    const slot = `latchkey:ended:${Math.floor(clock.now() / 10_000)}`
    assert.deepEqual(Object.keys((await store.read(slot))?.data ?? {}), [sid])
    assert.equal(await sessions.revoke(slot), false)
    assert.equal(await userOf(sessions, `${slot}${'0'.repeat(44)}`), null)
    assert.notEqual(await store.read(slot), null)
  },
}
