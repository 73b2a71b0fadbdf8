import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSessions } from '../create-sessions.ts'
import type { StoreEvent } from '../store.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { testBrowser } from '../testing/index.ts'
import { createEndings } from './endings.ts'

test('a listener that throws is a warning, and the others still hear', () => {
  const [warnings, heard]: [string[], (string | null)[]] = [[], []]
  const endings = createEndings(memoryStore(), (message) => warnings.push(message))
  endings.listen(() => {
    throw new Error('broken listener')
  })
  endings.listen((sid) => heard.push(sid))
  endings.ended('a')
  assert.deepEqual(heard, ['a'])
  assert.match(warnings.join(), /broken listener/)
})

test('no connection is taken before somebody listens, and one serves all', async () => {
  let [opened, closed] = [0, 0]
  const store = {
    ...memoryStore(),
    subscribe(_: (event: StoreEvent) => void) {
      opened++
      return { ping: async () => undefined, close: async () => void closed++ }
    },
  }
  const endings = createEndings(store, console.warn)
  endings.ended('a')
  assert.equal(opened, 0)
  for (let n = 0; n < 3; n++) endings.listen(() => undefined)()
  assert.equal(opened, 1)
  await endings.close()
  assert.equal(closed, 1)
})

test('onEnded hears of logout, revocation, expiry and the end of all, until it is stopped', async () => {
  let now = 0
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false, now: () => now })
  const heard = new Set<string | null>()
  const stop = sessions.onEnded((sid) => heard.add(sid))
  const signIn = async () => {
    const browser = testBrowser()
    const visit = await browser.visit(sessions)
    await visit.session.login('alice')
    visit.respond()
    return { browser, session: visit.session, sid: visit.session.sid ?? '' }
  }
  const [a, b, c] = [await signIn(), await signIn(), await signIn()]
  await a.session.logout()
  await sessions.revoke(b.sid)
  now = 3_600_000
  await c.browser.visit(sessions)
  assert.deepEqual([...heard], [a.sid, b.sid, c.sid])
  await sessions.revokeAll()
  assert.ok(heard.has(null))
  stop()
  heard.clear()
  await sessions.revokeAll()
  assert.equal(heard.size, 0)
  await sessions.close()
})
