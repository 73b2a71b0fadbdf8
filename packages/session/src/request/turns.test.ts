import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSessions } from '../create-sessions.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { testBrowser } from '../testing/index.ts'

test('update gives up when another write comes between each time, and leaves it to chance when the next one is', async (t) => {
  const store = memoryStore()
  const busy = {
    ...store,
    async update(sid: string, patch: Parameters<typeof store.update>[1]) {
      await store.update(sid, {})
      return store.update(sid, patch)
    },
  }
  const sessions = createSessions({ store: busy, sweepInterval: false })
  const { session } = await testBrowser().visit(sessions)
  await session.set('a', 1)
  const chance = t.mock.method(Math, 'random', () => 0)
  await assert.rejects(
    session.update('a', () => 2),
    { code: 'update_conflict' },
  )
  assert.equal(session.get('a'), 1)
  assert.equal(chance.mock.callCount(), 98)
})
