import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSessions } from '../create-sessions.ts'
import type { Session } from '../session.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { reactRouterSession } from './react-router.ts'

// The laws are kept by a built application: npm run frameworks. Here is what React Router does around the middleware.

/** As React Router's RouterContextProvider. */
class Contexts extends Map<object, unknown> {
  override get(key: object): unknown {
    if (!this.has(key)) throw new Error('No value found for context')
    return super.get(key)
  }
}

/** What comes of a loader, in React Router's order: it catches, tells handleError, and makes a page or a Response of it. */
async function ask(loader: (session: Session) => Promise<Response> | Response, headers = {}) {
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
  const session = reactRouterSession(sessions, { redirects: { session_ended: '/login' } })
  const [outer, inner] = session.middleware
  assert.ok(outer && inner)
  const args = { request: new Request('https://example.com/account', { headers }), context: new Contexts() }
  const boundary = (error: unknown) => {
    assert.ok(error instanceof Response)
    return error.status < 400 ? error : new Response('<h1>boundary</h1>', { status: error.status })
  }
  const load = async () => {
    try {
      return await loader(session(args.context))
    } catch (error) {
      session.handleError(error, args)
      return new Response('<h1>500</h1>', { status: 500 })
    }
  }
  return outer(args, () => inner(args, load).catch(boundary))
}

test('a page gets the error’s status, and what our answer says beside its body', async () => {
  const answer = await ask((session) => new Response(session.requireFresh('1m') as never))
  assert.deepEqual([answer.status, await answer.text()], [401, '<h1>boundary</h1>'])
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  assert.match(answer.headers.get('www-authenticate') ?? '', /max_age="60"/)
})

test('a navigation is led where redirects say', async () => {
  const headers = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'none' }
  const answer = await ask((session) => new Response(session.requireUser()), headers)
  assert.deepEqual([answer.status, answer.headers.get('location')], [303, '/login?return_to=%2Faccount'])
})

test('an error of the application is printed and stays React Router’s, and loses no cookie', async (t) => {
  const printed = t.mock.method(console, 'error', () => undefined)
  const answer = await ask(async (session) => {
    await session.login('alice')
    throw new Error('a fault of the application')
  })
  assert.deepEqual([answer.status, await answer.text()], [500, '<h1>500</h1>'])
  assert.deepEqual([answer.headers.getSetCookie().length, printed.mock.callCount()], [1, 1])
})

test('without the middleware, the error says what to write', () => {
  const session = reactRouterSession(createSessions({ store: memoryStore(), sweepInterval: false }))
  assert.throws(() => session(new Contexts()), /export const middleware = session\.middleware in root\.tsx/)
})
