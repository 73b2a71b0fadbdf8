import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isSessionError } from '../errors.ts'
import { createSessions, type Sessions } from '../sessions.ts'
import { memoryStore } from '../stores/memory.ts'
import { testBrowser } from './browser.ts'
import { aroundStore } from './wrapped-store.ts'

// Requests of one browser run truly side by side: fast-check decides, at every single store operation, whose
// operation goes next. What may come out of that is stated as invariants, whatever the order was.

type Deed = 'count' | 'set' | 'regenerate' | 'login' | 'logout' | 'revoke'

async function perform(sessions: Sessions, cookie: string | null, sid: string, deed: Deed, n: number) {
  if (deed === 'revoke') {
    await sessions.revoke(sid)
    return { deed, n, done: true, cookie: null }
  }
  const browser = testBrowser(cookie)
  try {
    const visit = await browser.visit(sessions)
    if (visit.session.sid !== sid) return { deed, n, done: false, cookie: null }
    if (deed === 'count') await visit.session.update('count', (count) => Number(count ?? 0) + 1)
    if (deed === 'set') await visit.session.set(`k${n}`, n)
    if (deed === 'regenerate') await visit.session.regenerate()
    if (deed === 'login') await visit.session.login('alice')
    if (deed === 'logout') await visit.session.logout()
    visit.respond()
    return { deed, n, done: true, cookie: browser.cookie }
  } catch (error) {
    if (!isSessionError(error)) throw error
    return { deed, n, done: false, cookie: null }
  }
}

async function holds(sealing: readonly boolean[], numRuns: number): Promise<void> {
  const deeds = fc.array(
    fc.constantFrom<Deed>('count', 'count', 'set', 'set', 'regenerate', 'login', 'logout', 'revoke'),
    {
      minLength: 2,
      maxLength: 6,
    },
  )
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), deeds, async (scheduler, wanted) => {
      const store = memoryStore()
      const direct = createSessions({ store, sealed: sealing[0] ?? false, sweepInterval: false })
      const first = testBrowser()
      const visit = await first.visit(direct)
      await visit.session.login('alice')
      await visit.session.set('before', 'text')
      visit.respond()
      const sid = visit.session.sid ?? ''

      const scheduled = aroundStore(store, async (run) => {
        await scheduler.schedule(Promise.resolve())
        return run()
      })
      const processes = sealing.map((sealed) =>
        createSessions({ store: scheduled, sealed, sweepInterval: false }),
      )
      const processOf = (n: number) => processes[n % processes.length] ?? direct
      const all = Promise.all(wanted.map((deed, n) => perform(processOf(n), first.cookie, sid, deed, n)))
      await scheduler.waitFor(all)
      const results = await all

      const ended = results.some(({ deed, done }) => done && (deed === 'logout' || deed === 'revoke'))
      const record = await store.read(sid)
      assert.equal(record === null, ended, 'the session is in the store exactly unless somebody ended it')

      const tokens = new Set(
        [first.cookie, ...results.map(({ cookie }) => cookie)].filter((token) => token !== null),
      )
      const open = await Promise.all([...tokens].map((token) => testBrowser(token).visit(direct)))
      const opening = open.filter(({ session }) => session.sid === sid)
      assert.equal(opening.length, ended ? 0 : 1, 'exactly one token opens a live session')

      for (const { session } of opening) {
        assert.equal(session.get('before'), 'text')
        const counts = results.filter(({ deed, done }) => done && deed === 'count').length
        assert.equal(Number(session.get('count') ?? 0), counts, 'an increment was lost')
        for (const { n } of results.filter(({ deed, done }) => done && deed === 'set')) {
          assert.equal(session.get(`k${n}`), n, 'a write was lost')
        }
      }
    }),
    { numRuns },
  )
}

const law = 'whatever order the store sees, ended stays ended, one token opens, and no write is lost'
test(law, () => holds([false], 2000))
test(`sealed: ${law}`, () => holds([true], 1000))
test(`sealed by one process of two: ${law}`, () => holds([false, true], 2000))
