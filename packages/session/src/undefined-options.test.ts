import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAnswers } from './adapters/core/answers.ts'
import { createSessions } from './create-sessions.ts'
import { cached } from './stores/cached/cached.ts'
import { memoryStore } from './stores/memory/memory.ts'
import { sqliteStore } from './stores/sqlite/sqlite.ts'
import { testBrowser } from './testing/index.ts'

// What an application reads from its own configuration may be undefined, also with exactOptionalPropertyTypes: that is
// the same as to say nothing.

const policy = {
  idleTimeout: undefined,
  absoluteTimeout: undefined,
  renewalInterval: undefined,
  renewalOverlap: undefined,
  reuseTolerance: undefined,
  persistent: undefined,
}
const nothing = {
  ...policy,
  crossOrigin: { trustedOrigins: undefined, exempt: undefined },
  clearSiteData: undefined,
  sessionsPerUser: undefined,
  clients: { onChange: undefined },
  trustedProxies: undefined,
  forwardedBy: undefined,
  tokenReuseEnds: undefined,
  sealed: undefined,
  maxRecordBytes: undefined,
  storeTimeout: undefined,
  telemetry: undefined,
  sweepInterval: undefined,
  streamCheckInterval: undefined,
  now: undefined,
  warn: undefined,
}

test('an option that is undefined is as good as none', async (t) => {
  const cookie = {
    name: undefined,
    sameSite: undefined,
    partitioned: undefined,
    formerly: undefined,
    secure: undefined,
    path: undefined,
    domain: undefined,
  }
  const policies = { remembered: { ...policy, idleTimeout: '2h' as const, absoluteTimeout: '9h' as const } }
  const store = memoryStore({ maxSessions: undefined, maxBytes: undefined })
  const sessions = createSessions({ ...nothing, store, cookie, policies })
  t.after(() => sessions.close())
  const [plain, set] = [createSessions({ store: memoryStore() }), sessions]
  t.after(() => plain.close())
  const linesOf = async (each: typeof sessions) => {
    const browser = testBrowser()
    const visit = await browser.visit(each)
    await visit.session.login('alice', { policy: undefined, methods: undefined })
    return visit.setCookies.map((line) => line.replace(/=[\w-]{64}/, '='))
  }
  assert.deepEqual(await linesOf(set), await linesOf(plain))
  const visit = await testBrowser().visit(sessions)
  const { session } = visit
  await session.login('bob')
  await session.reauthenticate({ methods: undefined })
  await session.elevate('admin', { for: '5m', policy: undefined })
  await session.drop('admin', { policy: undefined })
  assert.equal(await sessions.revoke(session.sid ?? '', { reason: undefined, userId: undefined }), true)
  assert.equal(await sessions.revokeUser('alice', { reason: undefined, except: undefined }), 1)
  assert.equal(await sessions.revokeAll({ reason: undefined }), 0)
})

test('nor do stores and adapters mind', async () => {
  const file = sqliteStore({ path: ':memory:', synchronous: undefined, busyTimeout: undefined })
  const near = cached(file, {
    maxStale: '1s',
    maxEntries: undefined,
    maxBytes: undefined,
    heartbeat: undefined,
    now: undefined,
    elapsed: undefined,
  })
  assert.equal(await near.read('A'.repeat(20)), null)
  await near.close?.()
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
  const redirects = { session_ended: undefined }
  createAnswers('nodeSession', sessions, {
    touch: undefined,
    reEntry: undefined,
    redirects,
    errorText: undefined,
  })
})
