import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSessions } from '../../create-sessions.ts'
import { isSessionError } from '../../errors.ts'
import { testBrowser } from '../../testing/index.ts'
import { memoryStore } from '../memory/memory.ts'
import { withData } from './lazy-data.ts'

const fields = {
  sid: 's',
  userId: 'u',
  secretHash: 'h',
  previous: null,
  policy: 'default',
  createdAt: 0,
  authenticatedAt: 0,
  lastSeenAt: 0,
  renewedAt: 0,
  expiresAt: 1,
  rev: 0,
}

test('the record is like one whose data was never a text, and so are its copies', () => {
  const plain = { ...fields, data: { a: '1' } }
  const record = withData({ ...fields }, '{"a":"1"}')
  assert.deepEqual({ ...record, rev: 1 }, { ...plain, rev: 1 })
  assert.deepEqual(record, plain)
  assert.equal(JSON.stringify(record), JSON.stringify(plain))
  assert.equal(record.data, record.data, 'parsed once')
})

test('a text that is no JSON is found out when somebody looks, without showing it', () => {
  const record = withData({ ...fields }, '{"name":"Ada"')
  assert.equal(record.userId, 'u')
  assert.throws(
    () => record.data,
    (error) => isSessionError(error) && error.code === 'data_unreadable' && !error.message.includes('Ada'),
  )
})

test('a session whose data is no JSON ends as soon as a value is asked for', async () => {
  const store = memoryStore()
  const sessions = createSessions({
    store: {
      ...store,
      async read(sid) {
        const record = await store.read(sid)
        if (!record) return null
        const { data: _, ...rest } = record
        return withData(rest, '{')
      },
    },
    sweepInterval: false,
  })
  const browser = testBrowser()
  const signIn = await browser.visit(sessions)
  await signIn.session.login('alice')
  signIn.respond()
  const { session } = await browser.visit(sessions)
  assert.equal(session.userId, 'alice')
  assert.throws(
    () => session.get('cart'),
    (error) => isSessionError(error) && error.code === 'data_unreadable',
  )
  // The store is asked once more after the session was given up.
  await assert.rejects(session.set('cart', 1), isSessionError)
  assert.deepEqual(await store.list('alice'), [])
  await sessions.close()
})
