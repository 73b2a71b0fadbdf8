import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createSessions } from '../create-sessions.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { fakeClock, testBrowser } from '../testing/index.ts'

interface Step {
  readonly act: 'visit' | 'poll' | 'write' | 'reauthenticate' | 'wait'
  readonly who: number
}

test('after any history: who is new since the last sign-in is told of once, and nobody is fresh until the next', async () => {
  const step: fc.Arbitrary<Step> = fc.record({
    act: fc.constantFrom('visit', 'visit', 'poll', 'write', 'reauthenticate', 'wait'),
    who: fc.nat(9),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const clock = fakeClock()
      const clients = { onChange: 'reauthenticate' } as const
      const store = memoryStore()
      const sessions = createSessions({
        store,
        now: clock.now,
        sweepInterval: false,
        idleTimeout: '8h',
        clients,
      })
      let events = 0
      sessions.on('session_client_changed', () => events++)
      const browser = testBrowser()
      browser.remoteAddress = '203.0.113.0'
      const first = await browser.visit(sessions)
      await first.session.login('alice')
      first.respond()
      let known = new Set([0])
      let [told, isSuspect] = [0, false]
      for (const { act, who } of steps) {
        if (act === 'wait') {
          clock.advance('1m')
          continue
        }
        browser.remoteAddress = `203.0.113.${who}`
        const visit = await browser.visit(sessions, { touch: act !== 'poll' })
        if (!known.has(who)) {
          known.add(who)
          told++
          isSuspect = true
        }
        const isFresh = () => visit.session.requireFresh('8h')
        if (isSuspect) assert.throws(isFresh)
        else isFresh()
        if (act === 'write') await visit.session.set('n', told)
        if (act === 'reauthenticate') {
          await visit.session.reauthenticate()
          known = new Set([who])
          isSuspect = false
          visit.session.requireFresh('8h')
        }
        visit.respond()
        assert.equal(events, told)
      }
    }),
    { numRuns: 300 },
  )
})
