import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSessions } from './sessions.ts'
import { memoryStore } from './stores/memory.ts'
import { testBrowser } from './testing/index.ts'

test('what cannot be stored is not asked for', async () => {
  const untouched = () => assert.fail('the store was asked')
  const store = { ...memoryStore(), list: untouched, delete: untouched, update: untouched }
  const sessions = createSessions({ store, sweepInterval: false })
  assert.deepEqual(await sessions.list('a\0b'), [])
  assert.equal(await sessions.revokeUser('\ud800'), 0)
  assert.equal(await sessions.revoke('no sid'), false)
  const { session } = await testBrowser().visit(sessions)
  await session.set('a', 1)
  await session.delete('a\0b')
  assert.equal(session.get('a'), 1)
})

test('a user with a great many sessions is signed out of all of them within the deadline of each', async () => {
  let [underWay, most] = [0, 0]
  const store = memoryStore()
  const slow = {
    ...store,
    async delete(sid: string) {
      most = Math.max(most, ++underWay)
      await new Promise((resolve) => setImmediate(resolve))
      underWay--
      return store.delete(sid)
    },
  }
  const sessions = createSessions({ store: slow, sweepInterval: false })
  for (let n = 0; n < 1050; n++) await (await testBrowser().visit(sessions)).session.login('alice')
  assert.equal(await sessions.revokeUser('alice'), 1050)
  assert.deepEqual(await sessions.list('alice'), [])
  assert.ok(most <= 100, `${most} at once`)
})

test('the end of all sessions may take a hundred times as long as a request', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  let time = 0
  t.mock.method(performance, 'now', () => time)
  const finish: { now?: (count: number) => void } = {}
  const slow = () => new Promise<number>((resolve) => (finish.now = resolve))
  const store = { ...memoryStore(), deleteAll: slow }
  const sessions = createSessions({ store, sweepInterval: false, storeTimeout: '2s' })
  const ending = sessions.revokeAll()
  time = 199_000
  t.mock.timers.tick(199_000)
  finish.now?.(1_000_000)
  assert.equal(await ending, 1_000_000)
  const hanging = sessions.revokeAll()
  time += 250_000
  t.mock.timers.tick(250_000)
  await assert.rejects(hanging, { code: 'store_unavailable' })
})
