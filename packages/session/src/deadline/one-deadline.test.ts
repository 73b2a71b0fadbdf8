import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createSessions } from '../create-sessions.ts'
import type { SessionStore } from '../store.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { fakeClock, testBrowser } from '../testing/index.ts'

/** A store whose operations take as long as the test says, by a clock that goes on evenly. */
function slowStore(t: TestContext) {
  t.mock.timers.enable({ apis: ['setInterval'] })
  let time = 0
  t.mock.method(performance, 'now', () => time)
  const asked: string[] = []
  const memory = memoryStore()
  const slow = { store: memory, asked, takes: (_nth: number) => 0 }
  for (const name of ['create', 'read', 'update', 'delete', 'list'] as const) {
    const operation = memory[name] as (...args: unknown[]) => unknown
    const slowly = async (...args: unknown[]) => {
      const until = time + slow.takes(asked.push(name))
      for (; time < until; time += 100) t.mock.timers.tick(100)
      return operation(...args)
    }
    slow.store = { ...slow.store, [name]: slowly }
  }
  return slow
}

test('what a request or a call asks of the store has one deadline together', async (t) => {
  const slow = slowStore(t)
  const clock = fakeClock()
  const warnings: string[] = []
  const warn = (message: string) => void warnings.push(message)
  const options = { now: clock.now, sweepInterval: false, storeTimeout: '2s', warn } as const
  const sessions = createSessions({ ...options, store: slow.store, sessionsPerUser: { max: 1 } })
  const askedIn = async (act: () => Promise<unknown>) => {
    slow.asked.length = 0
    const outcome = await act().then(
      () => 'done',
      (error) => error.code,
    )
    return `${slow.asked.join(' ')}: ${outcome}`
  }
  const visit = await testBrowser().visit(sessions)
  await visit.session.login('alice')
  const browser = testBrowser(visit.setCookies[0]?.split(';')[0])
  // Another process is always first.
  const busy: SessionStore = {
    ...slow.store,
    update: (sid, patch) => slow.store.update(sid, { ...patch, guard: { rev: -1 } }),
  }
  const { session } = await browser.visit(createSessions({ ...options, store: busy }))

  slow.takes = () => 400
  const update = () => session.update('n', () => 1)
  assert.equal(await askedIn(update), 'update read update read update: store_unavailable')
  slow.takes = (nth) => (nth === 1 ? 2000 : 0)
  const another = (await browser.visit(sessions)).session
  assert.equal(await askedIn(() => another.login('bob')), 'list: store_unavailable', 'alice is not put out')
  slow.takes = (nth) => (nth === 3 ? 2000 : 0)
  const second = (await testBrowser().visit(sessions)).session
  assert.equal(await askedIn(() => second.login('alice')), 'list create list: done')
  assert.match(warnings.join(), /while the sessions of a user were counted/)
  slow.takes = () => 2000
  clock.advance('2m')
  assert.equal(
    await askedIn(() => browser.visit(sessions)),
    'read: store_unavailable',
    'its use is not written',
  )
  clock.advance('31m')
  assert.equal(await askedIn(() => browser.visit(sessions)), 'read: store_unavailable', 'nor is its end')
})
