import assert from 'node:assert/strict'
import type { ProviderSession } from '../../links/provider-session.ts'
import { type Departed, leave } from '../../logout/leaving.ts'
import type { Session } from '../../session.ts'
import type { Sessions } from '../../sessions.ts'
import type { SessionStore } from '../../store.ts'
import { testBrowser } from '../browser.ts'
import { fakeClock } from '../clock.ts'
import { aroundStore } from '../wrapped-store.ts'
import { lawOptions } from './law.ts'
import { hasCode, type StoreLawBodies, sessionsOn, userOf } from './signed-in.ts'

const issuer = 'https://id.example.com'
const at = Date.UTC(2026, 0, 1)

async function signInFrom(sessions: Sessions, from?: ProviderSession, browser = testBrowser()) {
  const visit = await browser.visit(sessions)
  await visit.session.login('alice', from && { from })
  visit.respond()
  return { browser, user: () => userOf(sessions, browser.cookie), sid: visit.session.sid ?? '' }
}

function leaveOn(sessions: Sessions, departed: Omit<Departed, 'issuer'>, when = at): Promise<number> {
  assert.ok(sessions.context)
  return leave(sessions.context, { issuer, ...departed }, when)
}

/** What a sign-in leads to, whatever it meets on its way. */
const refused = hasCode('provider_session_ended')

/** The store with something done once before its n-th operation from `start` on; `count` says how many there were. */
function interrupted(store: SessionStore, act: () => Promise<unknown>) {
  let count = 0
  let before = Number.POSITIVE_INFINITY
  const around = aroundStore(store, async (run) => {
    if (count++ === before) await act()
    return run()
  })
  return {
    store: around,
    start(n: number) {
      count = 0
      before = n
    },
    count: () => count,
  }
}

/** What `from` of a sign-in means, on any store: found by it, and by nothing else. */
export const providerLaws: StoreLawBodies = {
  async 'provider: who is signed in is found by the session there, and by the subject'(store) {
    const { now } = fakeClock(at)
    const sessions = sessionsOn(store, { now })
    const make = (subject: string, sid?: string) =>
      signInFrom(sessions, { issuer, subject, ...(sid && { sid }) })
    const one = await make('a', 'phone')
    const two = await make('a', 'desk')
    const unnamed = await make('a')
    const other = await make('b', 'desk-of-b')
    const elsewhere = await signInFrom(sessions, { issuer: `${issuer}/other`, subject: 'a', sid: 'phone' })
    const own = await signInFrom(sessions)
    const users = async (...all: readonly { user(): Promise<string | null> }[]) =>
      (await Promise.all(all.map((each) => each.user()))).map((user) => user !== null)
    assert.equal(await leaveOn(sessions, { sid: 'of nobody' }), 0)
    assert.equal(await leaveOn(sessions, { sid: 'phone', subject: 'b' }), 0)
    assert.equal(await leaveOn(sessions, { sid: 'phone' }), 1)
    assert.deepEqual(await users(one, two, unnamed, other, elsewhere, own), [
      false,
      true,
      true,
      true,
      true,
      true,
    ])
    assert.equal(await leaveOn(sessions, { subject: 'a' }), 2)
    assert.deepEqual(await users(two, unnamed, other, elsewhere, own), [false, false, true, true, true])
    assert.equal(await leaveOn(sessions, { subject: 'a' }), 0)
  },

  async 'provider: where a session came from stays through renewal, rotation and step-up, and lasts as long as it'(
    store,
  ) {
    const clock = fakeClock(at)
    const sessions = sessionsOn(store, {
      now: clock.now,
      policies: { default: {}, long: { idleTimeout: '20h', absoluteTimeout: '30h' } },
    })
    const { browser, user } = await signInFrom(sessions, { issuer, subject: 'a', sid: 's' })
    async function change(act: (session: Session) => Promise<void>) {
      const visit = await browser.visit(sessions)
      await act(visit.session)
      visit.respond()
    }
    for (let hour = 0; hour < 7; hour++) {
      for (let half = 0; half < 3; half++) {
        clock.advance('20m')
        await change(async () => undefined)
      }
    }
    await change((session) => session.reauthenticate())
    await change((session) => session.elevate('admin', { for: '1h', policy: 'long' }))
    await change((session) => session.regenerate())
    clock.advance('19h')
    await change((session) => session.drop('admin'))
    await store.sweep?.(clock.now())
    assert.equal(await user(), 'alice')
    assert.equal(await leaveOn(sessions, { sid: 's' }, clock.now()), 1)
    assert.equal(await user(), null)
  },

  async 'provider: a sign-in of elsewhere leaves nothing of the one before'(store) {
    const { now } = fakeClock(at)
    const sessions = sessionsOn(store, { now })
    const { browser, user } = await signInFrom(sessions, { issuer, subject: 'a', sid: 'first' })
    await signInFrom(sessions, { issuer, subject: 'a', sid: 'second' }, browser)
    assert.equal(await leaveOn(sessions, { sid: 'first' }), 0)
    assert.equal(await user(), 'alice')
    await signInFrom(sessions, undefined, browser)
    assert.equal(await leaveOn(sessions, { sid: 'second' }), 0)
    assert.equal(await leaveOn(sessions, { subject: 'a' }), 0)
    assert.equal(await user(), 'alice')
  },

  async 'provider: what could not be removed of the sign-in before leads nowhere'(store) {
    const { now } = fakeClock(at)
    const around = aroundStore(store, async (run) => run())
    const keeping = { ...around, delete: () => Promise.reject(new Error('connection refused')) }
    const sessions = sessionsOn(keeping, { now, warn: () => undefined })
    const { browser, user } = await signInFrom(sessions, { issuer, subject: 'a', sid: 'first' })
    await signInFrom(sessions, { issuer, subject: 'a', sid: 'second' }, browser)
    assert.equal(await leaveOn(sessionsOn(store, { now }), { sid: 'first' }), 0)
    assert.equal(await user(), 'alice')
  },

  async 'provider: what leads to a session is listed nowhere, opens nothing and goes with it'(store) {
    const { now } = fakeClock(at)
    const sessions = sessionsOn(store, { now })
    const kept: string[] = []
    const ended: (string | null)[] = []
    const watched = sessionsOn(
      aroundStoreCreating(store, (sid) => kept.push(sid)),
      { now },
    )
    const stop = sessions.onEnded((sid) => ended.push(sid))
    const { sid } = await signInFrom(watched, { issuer, subject: 'a', sid: 's' })
    const links = kept.filter((each) => each !== sid)
    assert.equal(links.length, 2)
    for (const link of links) {
      const record = await store.read(link)
      assert.ok(record?.userId)
      assert.ok(!JSON.stringify(record).includes(issuer), 'hashed')
      assert.deepEqual(await sessions.list(record.userId), [])
      assert.equal(await sessions.revokeUser(record.userId), 0)
      assert.equal(await sessions.revoke(link), false)
      assert.equal(await userOf(sessions, `__Host-session=${link}${'A'.repeat(44)}`), null)
    }
    assert.deepEqual(
      (await sessions.list('alice')).map((each) => each.sid),
      [sid],
    )
    await sessions.revoke(sid)
    for (const link of links) assert.equal(await store.read(link), null)
    stop()
    assert.ok(ended.every((each) => each === sid))
  },

  async 'provider: a sign-in that races the end of its session there is refused, or signed out'(store) {
    const { now } = fakeClock(at)
    const from = { issuer, subject: 'a', sid: 's' }
    const ways: readonly Omit<Departed, 'issuer'>[] = [{ sid: 's' }, { subject: 'a' }]
    for (const departed of ways) {
      for (const who of ['nobody', 'a visitor', 'a double click', 'a late click', 'another user'] as const) {
        let steps = 1
        for (let step = 0; step <= steps; step++) {
          await store.deleteAll()
          const calm = sessionsOn(store, { now })
          const browser = testBrowser()
          const before = await browser.visit(calm)
          if (who === 'another user') await before.session.login('bob')
          else if (who !== 'nobody') await before.session.set('cart', 1)
          before.respond()
          const way = interrupted(store, () => leaveOn(calm, departed))
          const first = testBrowser(browser.cookie)
          const click = () => signInFrom(calm, { ...from, sid: 'first' }, first)
          if (who === 'a late click') await click()
          const visit = await browser.visit(sessionsOn(way.store, { now }))
          if (who === 'a double click') await click()
          way.start(step)
          const outcome = await visit.session.login('alice', { from }).then(
            () => 'in',
            (error) => (refused(error) ? 'refused' : Promise.reject(error)),
          )
          steps = Math.max(steps, way.count())
          visit.respond()
          if (step >= way.count()) await leaveOn(calm, departed)
          const where = `${JSON.stringify(departed)}, of ${who}, before operation ${step}: ${outcome}`
          // The end of all sessions before a sign-in has looked for it is not the end of this one.
          if (outcome === 'in' && departed.subject && step === 0) continue
          assert.equal(await userOf(calm, browser.cookie), null, where)
          // Sealed values make two sessions of two sign-ins.
          if (who.endsWith('click') && lawOptions().sealed) continue
          if (who.endsWith('click')) assert.equal(await userOf(calm, first.cookie), null, where)
          assert.deepEqual(await calm.list('alice'), [], where)
        }
        assert.ok(steps >= 4)
      }
    }
  },

  async 'provider: a sign-in within the end of its session there is refused, or signed out'(store) {
    const { now } = fakeClock(at)
    for (const departed of [{ sid: 's' }, { subject: 'a' }]) {
      let steps = 1
      for (let step = 0; step <= steps; step++) {
        await store.deleteAll()
        const calm = sessionsOn(store, { now })
        const browser = testBrowser()
        const from = { issuer, subject: 'a', sid: 's', iat: at / 1000 }
        const signIn = async () => {
          const visit = await browser.visit(calm)
          await visit.session
            .login('alice', { from })
            .catch((error) => assert.ok(refused(error), String(error)))
          visit.respond()
        }
        const way = interrupted(store, signIn)
        way.start(step)
        await leaveOn(sessionsOn(way.store, { now }), departed)
        steps = Math.max(steps, way.count())
        if (step >= way.count()) await signIn()
        assert.equal(await userOf(calm, browser.cookie), null, `before operation ${step}`)
      }
    }
  },

  async 'provider: an ID Token of before the end of all sessions signs nobody in, one of after it does'(
    store,
  ) {
    const clock = fakeClock(at)
    const sessions = sessionsOn(store, { now: clock.now })
    await leaveOn(sessions, { subject: 'a' })
    const signIn = (iat: number) => signInFrom(sessions, { issuer, subject: 'a', iat })
    await assert.rejects(signIn(at / 1000 - 60), refused)
    await assert.rejects(signIn(at / 1000), refused)
    const { user } = await signIn(at / 1000 + 1)
    // The same again, late: it takes nothing back, and ends nothing that came since.
    clock.advance('1m')
    assert.equal(await leaveOn(sessions, { subject: 'a' }, at - 5000), 0)
    assert.equal(await user(), 'alice')
    await assert.rejects(signIn(at / 1000), refused)
  },
}

function aroundStoreCreating(store: SessionStore, told: (sid: string) => void): SessionStore {
  const around = aroundStore(store, async (run) => run())
  return {
    ...around,
    create(record) {
      told(record.sid)
      return store.create(record)
    },
  }
}
