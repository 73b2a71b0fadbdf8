import assert from 'node:assert/strict'
import { testBrowser } from '../browser.ts'
import { countingStore } from '../wrapped-store.ts'
import { type StoreLawBodies, sessionsOn, signedIn } from './signed-in.ts'

/** What is written, and when: laws 3, 7 and 9. */
export const writeLaws: StoreLawBodies = {
  async 'law 3: writes merge, and update loses none'(store) {
    // Two processes: one alone lets its requests take turns.
    const [sessions, others] = [sessionsOn(store), sessionsOn(store)]
    const { cookie } = await signedIn(sessions)
    const visits = await Promise.all(
      Array.from({ length: 20 }, (_, n) => testBrowser(cookie).visit(n % 2 ? sessions : others)),
    )
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

  async 'law 3: of several that take a value, one gets it'(store) {
    const [sessions, others] = [sessionsOn(store), sessionsOn(store)]
    const { cookie, browser } = await signedIn(sessions)
    const first = await browser.visit(sessions)
    await first.session.set({ flash: 'saved', kept: 1 })
    const visits = await Promise.all(
      [sessions, others, sessions, others].map((each) => testBrowser(cookie).visit(each)),
    )
    const taken = await Promise.all(visits.map(({ session }) => session.take('flash')))
    assert.deepEqual(
      taken.filter((value) => value !== undefined),
      ['saved'],
    )
    assert.equal(await first.session.take('flash'), undefined, 'what another request took')
    const { session } = await testBrowser(cookie).visit(sessions)
    assert.deepEqual([session.get('flash'), session.get('kept'), session.keys()], [undefined, 1, ['kept']])
  },

  async 'law 3: clear removes all values, also those of others, and nothing else'(store) {
    const sessions = sessionsOn(store)
    const { cookie, browser } = await signedIn(sessions)
    const visit = await browser.visit(sessions)
    await visit.session.elevate('admin', { for: '5m' })
    const token = await visit.session.csrfToken()
    await visit.session.set({ a: 1, b: 2 })
    visit.respond()
    const { session } = await browser.visit(sessions)
    await (await browser.visit(sessions)).session.set('c', 3)
    await session.clear()
    assert.deepEqual(session.keys(), [])
    const { session: later } = await browser.visit(sessions)
    assert.deepEqual([later.keys(), later.userId, later.hasPrivilege('admin')], [[], 'alice', true])
    later.verifyCsrfToken(token)
    assert.notEqual(browser.cookie, cookie)
  },

  async 'law 7: a visitor costs nothing until something is stored'(store) {
    const counting = countingStore(store)
    const sessions = sessionsOn(counting)
    const visit = await testBrowser().visit(sessions)
    assert.equal(visit.session.get('a'), undefined)
    await visit.session.delete('a')
    assert.deepEqual([await visit.session.take('a'), visit.session.keys()], [undefined, []])
    await visit.session.clear()
    await visit.session.regenerate()
    await visit.session.logout()
    await visit.session.set({})
    assert.deepEqual([counting.calls(), visit.setCookies], [0, []])
    await Promise.all([visit.session.set('a', 1), visit.session.set('b', 2)])
    assert.deepEqual([visit.session.get('a'), visit.session.get('b'), visit.setCookies.length], [1, 2, 1])
    assert.equal(await store.deleteAll(), 1, 'two first writes made two sessions')
  },

  async 'law 9: a write has reached the store when its promise resolves'(store) {
    const sessions = sessionsOn(store)
    const browser = testBrowser()
    const visit = await browser.visit(sessions)
    const { session } = visit
    await session.set('a', 1)
    const sid = visit.session.sid ?? ''
    visit.respond()
    // What another request sees at once has reached the store.
    const stored = async () => (await testBrowser(browser.cookie).visit(sessions)).session.get('a')
    assert.equal(await stored(), 1)
    await session.update('a', (a) => Number(a) + 1)
    assert.equal(await stored(), 2)
    await session.delete('a')
    assert.equal(await stored(), undefined)
    await session.login('alice')
    assert.equal((await store.read(sid))?.userId, 'alice')
    await session.logout()
    assert.equal(await store.read(sid), null)
  },
}
