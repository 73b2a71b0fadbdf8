import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSessions, memoryStore } from 'latchkey'
import { fakeClock, testBrowser } from 'latchkey/testing'

test('who does nothing for 20 minutes is signed out', async () => {
  const clock = fakeClock()
  const sessions = createSessions({
    store: memoryStore(),
    cookie: { name: '__Host-tested' },
    idleTimeout: '20m',
    now: clock.now, // time passes when the test says so
  })
  const browser = testBrowser() // one cookie, and no network

  const { session, respond } = await browser.visit(sessions)
  await session.login('alice')
  respond() // the browser gets the answer's cookie

  clock.advance('19m')
  assert.equal((await browser.visit(sessions)).session.userId, 'alice')
  clock.advance('20m')
  assert.equal((await browser.visit(sessions)).session.userId, null)
})
