import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSessions } from '../create-sessions.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { testBrowser } from '../testing/index.ts'

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
  const pass = (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      time += 1000
      t.mock.timers.tick(1000)
    }
  }
  const ending = sessions.revokeAll()
  pass(199)
  finish.now?.(1_000_000)
  assert.equal(await ending, 1_000_000)
  const hanging = sessions.revokeAll()
  pass(250)
  await assert.rejects(hanging, { code: 'store_unavailable' })
})

type Reasons = readonly (readonly [sid: string | null, userId: string | null, reason: string])[]

async function accounts() {
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
  const heard: [string | null, string | null, string][] = []
  sessions.on('session_expired', ({ sid, userId, reason }) => heard.push([sid, userId, reason]))
  sessions.on('session_expired_all', ({ reason, count }) => heard.push([null, String(count), reason]))
  const browsers = await Promise.all(
    ['alice', 'alice', 'alice', 'bob'].map(async (userId) => {
      const browser = testBrowser()
      const visit = await browser.visit(sessions)
      await visit.session.login(userId)
      visit.respond()
      return { browser, sid: visit.session.sid ?? '', signal: visit.session.signal }
    }),
  )
  const [a, b, c, bob] = browsers
  assert.ok(a && b && c && bob)
  const live = async () =>
    Promise.all(browsers.map(async ({ browser }) => (await browser.visit(sessions)).session.userId))
  const told = (expected: Reasons) => assert.deepEqual([...heard].sort(), [...expected].sort())
  return { sessions, a, b, c, bob, browsers, live, told }
}

test('an account that is disabled or deleted: all of its sessions end, with the reason (ASVS 7.4.2)', async () => {
  for (const reason of ['account-disabled', 'account-deleted'] as const) {
    const { sessions, a, b, c, browsers, live, told } = await accounts()
    assert.equal(await sessions.revokeUser('alice', { reason }), 3)
    assert.deepEqual(await live(), [null, null, null, 'bob'])
    told([a, b, c].map(({ sid }) => [sid, 'alice', reason] as const))
    assert.deepEqual(
      browsers.map(({ signal }) => signal.aborted),
      [true, true, true, false],
    )
  }
})

test('a factor that was changed: all other sessions of the user end (ASVS 7.4.3)', async () => {
  const { sessions, a, b, c, live, told } = await accounts()
  assert.equal(await sessions.revokeUser('alice', { except: b.sid, reason: 'factor-changed' }), 2)
  assert.deepEqual(await live(), [null, 'alice', null, 'bob'])
  told([a, c].map(({ sid }) => [sid, 'alice', 'factor-changed'] as const))
})

test('an administrator ends one session, a user’s, or everybody’s (ASVS 7.4.5)', async () => {
  const { sessions, a, bob, live, told } = await accounts()
  const reason = 'administrator'
  assert.equal(await sessions.revoke(bob.sid, { reason }), true)
  assert.equal(await sessions.revoke(bob.sid, { reason }), false)
  told([[bob.sid, 'bob', reason]])
  assert.equal(await sessions.revoke(a.sid), true)
  assert.deepEqual(await live(), [null, 'alice', 'alice', null])
  assert.equal(await sessions.revokeAll({ reason }), 2)
  assert.deepEqual(await live(), [null, null, null, null])
  told([
    [bob.sid, 'bob', reason],
    [a.sid, 'alice', 'revoked'],
    [null, '2', reason],
  ])
})
