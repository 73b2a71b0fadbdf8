import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSessions } from '../create-sessions.ts'
import type { Session } from '../session.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { astroSession } from './astro.ts'

// The laws are kept by a built application: npm run frameworks. Here is what Astro does around the middleware.

const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
const onRequest = astroSession(sessions)

function contextOf(locals: { session?: Session }, isPrerendered = false) {
  return {
    request: new Request('https://example.com/', { method: 'POST' }),
    locals,
    isPrerendered,
    get clientAddress(): string {
      throw new Error('this adapter of Astro knows none')
    },
  }
}

test('a rewrite, which comes through the middleware again, keeps the session and its cookie', async () => {
  const locals: { session?: Session } = {}
  const answer = await onRequest(contextOf(locals), async () => {
    await locals.session?.login('alice')
    return onRequest(contextOf(locals), async () => new Response(locals.session?.userId))
  })
  assert.deepEqual([await answer.text(), answer.headers.getSetCookie().length], ['alice', 1])
})

test('a page that is built beforehand has no session', async () => {
  const locals: { session?: Session } = {}
  const page = new Response('built')
  assert.equal(await onRequest(contextOf(locals, true), async () => page), page)
  assert.deepEqual(locals, {})
})

test('options that do not exist are refused by the name of this adapter', () => {
  assert.throws(() => astroSession(sessions, { redirect: {} } as never), /astroSession/)
})
