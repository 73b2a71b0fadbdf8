import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSessions } from '../../create-sessions.ts'
import { memoryStore } from '../../stores/memory/memory.ts'
import { testBrowser } from '../../testing/index.ts'
import { assertSize, maxKeys } from './size.ts'

const keys = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, '1'] as const))

test('a session has at most a thousand keys of the application, and the error names the limit', () => {
  assertSize({ ...keys(maxKeys), '@client': '1', '@methods': '1' }, 65_536)
  assert.throws(() => assertSize(keys(maxKeys + 1), 65_536), {
    code: 'record_too_large',
    message: /would have 1001 keys, and 1000 is the most; nothing was stored/,
  })
})

test('bytes are those of keys and values in UTF-8', () => {
  assertSize({ ä: 'ö' }, 4)
  assert.throws(() => assertSize({ ä: 'ö' }, 3), {
    code: 'record_too_large',
    message: /maxRecordBytes \(3\)/,
  })
})

test('one key too many is refused and loses nothing', async () => {
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
  const { session } = await testBrowser().visit(sessions)
  for (let n = 0; n < maxKeys; n++) await session.set(`k${n}`, n)
  await assert.rejects(session.set('another', 1), { code: 'record_too_large' })
  await session.set('k0', 'changed')
  assert.deepEqual(
    [session.get('k0'), session.get('k999'), session.get('another')],
    ['changed', 999, undefined],
  )
  await session.delete('k1')
  await session.set('another', 1)
})

test('a session over a limit, as an earlier release let it come to, may shrink and sign in, but not grow', async () => {
  const store = memoryStore()
  const sessions = createSessions({ store, sweepInterval: false, maxRecordBytes: 4000 })
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.set('a', 'x'.repeat(3980))
  visit.respond()
  const sid = visit.session.sid ?? ''
  await store.update(sid, {
    set: Object.fromEntries(Object.entries(keys(maxKeys + 50)).map(([key]) => [key, '1'])),
  })
  const { session } = await browser.visit(sessions)
  await session.login('alice', { policy: 'default' })
  await session.delete('k0', 'k1')
  await assert.rejects(session.set({ b: 1, c: 2, d: 3 } as never), { code: 'record_too_large' })
  assert.equal(session.userId, 'alice')
})

test('what the layer keeps of its own at a sign-in keeps nobody from it', async () => {
  const sessions = createSessions({
    store: memoryStore(),
    sweepInterval: false,
    maxRecordBytes: 4000,
    clients: true,
  })
  const { session } = await testBrowser().visit(sessions)
  await session.set('a', 'x'.repeat(3990))
  await session.login('alice')
  assert.equal(session.userId, 'alice')
})
