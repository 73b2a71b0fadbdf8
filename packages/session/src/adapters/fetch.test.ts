import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import { createSessions } from '../create-sessions.ts'
import { isSessionError } from '../errors.ts'
import type { Session } from '../session.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { adapterLaws, testBrowser } from '../testing/index.ts'
import { fetchApplication } from './applications/fetch.test-helper.ts'
import { serve } from './core/serve.test-helper.ts'
import { type FetchSessionOptions, fetchSession } from './fetch.ts'

const laws = adapterLaws({
  serve: (...served) =>
    serve(
      getRequestListener(fetchApplication(fetchSession, ...served), {
        errorHandler: () => new Response(null, { status: 500 }),
      }),
    ),
})

for (const law of laws) test(law.name, law.run)

test('a stream that opens after its browser has gone is forgotten at once', async () => {
  const sessions = createSessions({ store: memoryStore(), streamCheckInterval: '1h' })
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.login('alice')
  visit.respond()
  const headers = { cookie: browser.cookie ?? '' }
  const request = new Request('https://example.com/', { headers, signal: AbortSignal.abort() })
  const signals: AbortSignal[] = []
  const handle = fetchSession(sessions, (_request, session) => {
    signals.push(session.signal)
    return new Response()
  })
  await handle(request)
  await sessions.revokeUser('alice')
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [false],
  )
})

test('whichever way an answer ends, its session is watched no longer', async () => {
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false, streamCheckInterval: '1h' })
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.login('alice')
  visit.respond()
  const signals: AbortSignal[] = []
  const failing = new ReadableStream({ pull: () => Promise.reject(new Error('a fault of the application')) })
  const ways: (() => Response)[] = [
    () => new Response(null, { status: 204 }),
    () => new Response('read to its end'),
    () => new Response('given up'),
    () => new Response(failing),
    () => {
      throw Response.redirect('https://example.com/home', 303)
    },
    () => {
      throw new Error('a fault of the application')
    },
  ]
  for (const way of ways) {
    const handle = fetchSession(sessions, (_request, session) => {
      signals.push(session.signal)
      return way()
    })
    const headers = { cookie: browser.cookie ?? '' }
    const answer = await handle(new Request('https://example.com/', { headers })).catch((error) => error)
    if (signals.length === 3) await answer.body.cancel()
    else if (answer instanceof Response) await answer.text().catch(() => undefined)
  }
  await sessions.revokeUser('alice')
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    ways.map(() => false),
  )
})

test('who has left cannot be signed in any more', async () => {
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
  const left = new AbortController()
  const handle = fetchSession(sessions, async (_request, session) => {
    left.abort()
    await session.login('alice')
    return new Response()
  })
  const answer = await handle(new Request('https://example.com/', { method: 'POST', signal: left.signal }))
  assert.deepEqual([answer.status, await sessions.list('alice')], [500, []])
})

/** What a handler does, and the cookies of what comes out of it. */
async function answerOf(
  act: (session: Session) => Promise<Response>,
  options?: FetchSessionOptions<[]>,
  warn?: (message: string) => void,
) {
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false, warn })
  const handle = fetchSession(sessions, (_request, session) => act(session), options)
  const out = await handle(new Request('https://example.com/', { method: 'POST' })).catch((error) => error)
  return { out, cookies: out instanceof Response ? out.headers.getSetCookie().length : null }
}

test('a Response that is thrown, as a redirect is, is thrown on with the session’s cookie', async () => {
  const { out, cookies } = await answerOf(async (session) => {
    await session.login('alice')
    throw Response.redirect('https://example.com/home', 303)
  })
  assert.deepEqual([out.status, out.headers.get('location'), cookies], [303, 'https://example.com/home', 1])
})

test('an error after a sign-in loses no cookie: onError answers, or a 500', async (t) => {
  const act = async (session: Session) => {
    await session.login('alice')
    throw new Error('a fault of the application')
  }
  const own = await answerOf(act, { onError: () => new Response('sorry', { status: 418 }) })
  assert.deepEqual([own.out.status, own.cookies], [418, 1])
  const printed = t.mock.method(console, 'error', () => undefined)
  const plain = await answerOf(act)
  assert.deepEqual([plain.out.status, plain.cookies, printed.mock.callCount()], [500, 1, 1])
  const without = await answerOf(async () => Promise.reject(new Error('before')))
  assert.equal(without.out.message, 'before', 'nothing was at stake: the error is the application’s')
})

test('onError answers what is the server’s fault too, and no refusal', async () => {
  const asked: unknown[] = []
  const onError = (error: unknown) => {
    asked.push(isSessionError(error) && error.code)
    return new Response('sorry', { status: 418 })
  }
  const warn = () => undefined
  const fault = await answerOf(
    (session) => session.login('alice', { policy: 'nowhere' }) as never,
    { onError },
    warn,
  )
  const refusal = await answerOf(async (session) => new Response(session.requireUser()), { onError }, warn)
  assert.deepEqual([fault.out.status, refusal.out.status], [418, 401])
  assert.deepEqual(asked, ['policy_unknown'])
})

test('an operation that nobody waited for is done before the answer, and its cookie in it', async () => {
  const { cookies } = await answerOf(async (session) => {
    void session.login('alice')
    return new Response('in')
  })
  assert.equal(cookies, 1)
})

test('a response that is immutable, or sent many times over, is copied and not touched', async () => {
  for (const response of [
    Response.redirect('https://example.com/home', 303),
    new Response(null, { status: 204, headers: { vary: 'Accept' } }),
  ]) {
    const before = [...response.headers]
    for (const act of ['set', 'regenerate', 'set'] as const) {
      const { out, cookies } = await answerOf(async (session) => {
        await (act === 'set' ? session.set('a', 1) : session.regenerate())
        return response
      })
      assert.deepEqual([out.status, cookies], [response.status, act === 'set' ? 1 : 0])
    }
    assert.deepEqual([...response.headers], before)
  }
})

test('a response that cannot be constructed is passed on: an upgrade, an error', async () => {
  for (const response of [Response.error(), Object.defineProperty(new Response(), 'status', { value: 101 })])
    assert.equal((await answerOf(async () => response)).out, response)
})
