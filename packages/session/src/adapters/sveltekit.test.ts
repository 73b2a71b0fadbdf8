import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSessions } from '../create-sessions.ts'
import type { Session } from '../session.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { sveltekitSession } from './sveltekit.ts'

// The laws are kept by a built application: npm run frameworks. Here is what SvelteKit does around the hooks.

interface Asked {
  readonly headers?: Record<string, string>
  readonly isDataRequest?: boolean
  /** What is thrown by a load function: SvelteKit catches it, and asks for its status. */
  readonly thrown?: (session: Session) => unknown
  /** What SvelteKit answers then, or what comes out of a handle of the application's. */
  readonly resolve: (session: Session) => Response | Promise<Response>
}

async function ask({ headers = {}, isDataRequest = false, thrown, resolve }: Asked) {
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false, warn: () => undefined })
  const { handle, handleError } = sveltekitSession(sessions, { redirects: { session_ended: '/login' } })
  const locals: { session?: Session } = {}
  const event = {
    request: new Request('https://example.com/account', { headers }),
    locals,
    isDataRequest,
    isRemoteRequest: false,
    getClientAddress: () => {
      throw new Error('there is none while pages are prerendered')
    },
  }
  let told: unknown
  const answer = await handle({
    event,
    async resolve() {
      assert.ok(locals.session)
      try {
        thrown?.(locals.session)
      } catch (error) {
        told = handleError({ error, event })
      }
      return resolve(locals.session)
    },
  })
  return { answer, told }
}

const page = () => new Response('<h1>page</h1>', { status: 401, headers: { 'x-sveltekit-page': 'true' } })
const thrown = (session: Session) => session.requireUser()

test('a page keeps its error page, of the error’s status and with what our answer says beside its body', async () => {
  const { answer, told } = await ask({ thrown: (session) => session.requireFresh('1m'), resolve: page })
  assert.deepEqual(told, { status: 401, message: 'Confirm who you are to do this.' })
  assert.equal(await answer.text(), '<h1>page</h1>')
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  assert.match(answer.headers.get('www-authenticate') ?? '', /max_age="60"/)
})

test('an endpoint answers with our body; a navigation is led where redirects say, from pages too', async () => {
  const fatal = () => new Response('<h1>fatal</h1>', { status: 401 })
  assert.match(await (await ask({ thrown, resolve: fatal })).answer.text(), /Sign in again/)
  const headers = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'none' }
  for (const resolve of [fatal, page]) {
    const { answer } = await ask({ headers, thrown, resolve })
    assert.deepEqual([answer.status, answer.headers.get('location')], [303, '/login?return_to=%2Faccount'])
  }
})

test('what SvelteKit’s script in the browser asks for stays as SvelteKit answers it', async () => {
  const nodes = () => Response.json({ type: 'data' })
  for (const more of [{ isDataRequest: true }, { headers: { 'x-sveltekit-action': 'true' } }])
    assert.deepEqual(await (await ask({ ...more, thrown, resolve: nodes })).answer.json(), { type: 'data' })
})

test('a redirect that a handle throws after a sign-in loses no cookie, for either reader', async () => {
  const resolve = async (session: Session) => {
    await session.login('alice')
    throw Object.assign(new Error('redirect'), { status: 303, location: '/home' })
  }
  const { answer } = await ask({ resolve })
  assert.deepEqual([answer.status, answer.headers.get('location')], [303, '/home'])
  assert.equal(answer.headers.getSetCookie().length, 1)
  const data = (await ask({ resolve, isDataRequest: true })).answer
  assert.deepEqual(await data.json(), { type: 'redirect', status: 303, location: '/home' })
  assert.equal(data.headers.getSetCookie().length, 1)
})

test('an error of the application is printed and stays SvelteKit’s; after a sign-in, a 500 brings the cookie', async (t) => {
  const printed = t.mock.method(console, 'error', () => undefined)
  const fault = new Error('a fault of the application')
  const fail = () => {
    throw fault
  }
  const { answer, told } = await ask({ thrown: fail, resolve: () => new Response('theirs', { status: 500 }) })
  assert.deepEqual([await answer.text(), told, printed.mock.callCount()], ['theirs', undefined, 1])
  await assert.rejects(ask({ resolve: fail }), fault)
  const late = await ask({
    async resolve(session) {
      await session.login('alice')
      throw fault
    },
  })
  assert.deepEqual([late.answer.status, late.answer.headers.getSetCookie().length], [500, 1])
})
