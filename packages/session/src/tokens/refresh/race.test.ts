import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { memoryStore } from '../../stores/memory/memory.ts'
import { fakeClock } from '../../testing/clock.ts'
import { nextOf, refreshingServer, type TokenAnswer } from '../../testing/laws/refreshing.ts'
import { aroundStore } from '../../testing/wrapped-store.ts'

// Store operations of several servers in whatever order: each waits until the scheduler lets it go on.

/** Two servers on one store, of which each operation begins and is answered when the scheduler says. */
async function servers(scheduler: fc.Scheduler) {
  const store = memoryStore()
  const clock = fakeClock()
  const calm = refreshingServer(store, { clock })
  const granted = await calm.granted()
  const slow = aroundStore(store, async (run) => {
    await scheduler.schedule(Promise.resolve(), 'asked')
    const answer = await run()
    await scheduler.schedule(Promise.resolve(), 'answered')
    return answer
  })
  return { calm, clock, granted, all: [0, 1].map(() => refreshingServer(slow, { clock })) }
}

test('several refreshes of one token at once are given the same successor, in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 4 }), async (scheduler, count) => {
      const { calm, all, granted } = await servers(scheduler)
      const running = Array.from({ length: count }, (_, n) => all[n % 2]?.refresh(granted.token))
      const answers = await scheduler.waitFor(Promise.all(running))
      const next = new Set(answers.map((each) => nextOf(each as TokenAnswer)))
      assert.equal(next.size, 1)
      const [successor = ''] = next
      assert.ok(nextOf(await calm.refresh(successor)))
      assert.equal((await granted.session()).userId, 'alice')
    }),
    { numRuns: 50 },
  )
})

test('a refresh at the same time as the end of its session leaves nothing that lives', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.boolean(), async (scheduler, byUser) => {
      const { calm, all, granted } = await servers(scheduler)
      const [refreshing, ending] = all
      const end = byUser ? ending?.sessions.revokeUser('alice') : ending?.sessions.revoke(granted.parent)
      const both = Promise.all([refreshing?.refresh(granted.token), end])
      const [answer] = await scheduler.waitFor(both)
      for (const token of [granted.token, answer?.refresh_token ?? granted.token])
        assert.equal((await calm.refresh(token)).error, 'invalid_grant')
      assert.deepEqual(await calm.sessions.list('alice'), [])
    }),
    { numRuns: 50 },
  )
})

test('once a thief and a client have both gone on from one token, neither does', async () => {
  const holders = ['thief', 'client'] as const
  const step = fc.record({ who: fc.constantFrom(...holders), after: fc.integer({ min: 61, max: 900 }) })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const server = refreshingServer(memoryStore(), { policies: generous })
      const { token, session } = await server.granted()
      const held = { thief: token, client: token }
      for (const { who, after } of steps) {
        server.clock.advance(after * 1000)
        const isFirst = held.thief === token && held.client === token
        const isOnly = held[who] !== token
        const answer = await server.refresh(held[who])
        if (!isFirst && !isOnly) {
          assert.equal(answer.error, 'invalid_grant')
          assert.equal((await session()).userId, null)
          for (const each of holders) assert.equal((await server.refresh(held[each])).error, 'invalid_grant')
          return
        }
        held[who] = nextOf(answer)
      }
    }),
    { numRuns: 50 },
  )
})

const generous = {
  default: { idleTimeout: '30d', absoluteTimeout: '90d' },
  refresh: { idleTimeout: '30d', absoluteTimeout: '90d' },
} as const
