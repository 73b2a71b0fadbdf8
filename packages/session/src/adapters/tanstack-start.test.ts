import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSessions } from '../create-sessions.ts'
import type { Session } from '../session.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { tanstackStartSession } from './tanstack-start.ts'

// The laws are kept by a built application: npm run frameworks. Here is what TanStack Start does around the middleware.

/** A server function in TanStack Start's order: what it throws is answered, and no request middleware hears of it. */
async function call(act: (session: Session) => unknown, headers: Record<string, string> = {}) {
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
  const session = tanstackStartSession(sessions, { redirects: { session_ended: '/login' } })
  const result = await session.request(
    new Request('https://example.com/account', { headers }),
    async (context) => {
      const response = await session
        .fn({ context, next: async () => new Response(String(await act(context.session))) })
        .catch(() => new Response('serialized', { status: 500, headers: { 'content-type': 'x/serialized' } }))
      return { response, pathname: '/account' }
    },
  )
  return result instanceof Response ? result : result.response
}

test('a server function’s session error keeps its form, and has its own status and headers', async () => {
  const answer = await call((session) => session.requireFresh('1m'))
  assert.deepEqual([answer.status, await answer.text()], [401, 'serialized'])
  assert.equal(answer.headers.get('content-type'), 'x/serialized')
  assert.match(answer.headers.get('www-authenticate') ?? '', /max_age="60"/)
})

test('a page that is loaded is led where redirects say', async () => {
  const headers = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'none' }
  const answer = await call((session) => session.requireUser(), headers)
  assert.deepEqual([answer.status, answer.headers.get('location')], [303, '/login?return_to=%2Faccount'])
})

test('other errors stay as they are, and lose no cookie', async () => {
  const answer = await call(async (session) => {
    await session.login('alice')
    throw new Error('a fault of the application')
  })
  assert.deepEqual([answer.status, answer.headers.getSetCookie().length], [500, 1])
})
