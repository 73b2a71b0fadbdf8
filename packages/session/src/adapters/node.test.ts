import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { createSessions } from '../create-sessions.ts'
import { isSessionError } from '../errors.ts'
import type { Session } from '../session.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { adapterLaws, testBrowser } from '../testing/index.ts'
import { nodeApplication } from './applications/node.test-helper.ts'
import { serve } from './core/serve.test-helper.ts'
import { type NodeSessionOptions, nodeSession } from './node.ts'

const laws = adapterLaws({ serve: (...served) => serve(nodeApplication(nodeSession, ...served)) })

for (const law of laws) test(law.name, law.run)

test('onError hears of what somebody has to mend, and without one console.error of what is none of ours', async (t) => {
  const printed = t.mock.method(console, 'error', () => undefined)
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false, warn: () => undefined })
  const acts: Readonly<Record<string, (session: Session) => unknown>> = {
    '/ours': (session) => session.login('alice', { policy: 'nowhere' }),
    '/refused': (session) => session.requireUser(),
    '/theirs': () => Promise.reject(new Error('a fault of the application')),
  }
  const statuses = async (options: NodeSessionOptions) => {
    const { url, close } = await serve(
      nodeSession(
        sessions,
        async (req, _res, session) => void (await acts[req.url ?? '']?.(session)),
        options,
      ),
    )
    const answers = await Promise.all(Object.keys(acts).map((path) => fetch(url + path)))
    await close()
    return answers.map(({ status }) => status)
  }
  const heard: unknown[] = []
  const onError = (error: unknown) => heard.push(isSessionError(error) ? error.code : 'theirs')
  assert.deepEqual(await statuses({ onError }), [500, 401, 500])
  assert.deepEqual(heard.toSorted(), ['policy_unknown', 'theirs'])
  assert.equal(printed.mock.callCount(), 0)
  assert.deepEqual(await statuses({}), [500, 401, 500])
  assert.equal(printed.mock.callCount(), 1)
})

test('where Node refuses a head, the answer to that error brings the cookie, and none of its fields', async (t) => {
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
  const refused: Readonly<Record<string, (res: ServerResponse) => unknown>> = {
    '/field': (res) => res.writeHead(200, { 'content-length': '1', 'x-name': 'a\nb' }),
    '/pairs': (res) => res.writeHead(200, ['content-length', '1', 'x-name', 'a\nb']),
    '/status': (res) => res.writeHead(99, { 'content-length': '1' }),
  }
  const listener = nodeSession(
    sessions,
    async (req, res, session) => {
      await session.login('alice')
      refused[req.url ?? '']?.(res)
    },
    { onError: () => undefined },
  )
  const { url, close } = await serve(listener)
  t.after(close)
  for (const path of Object.keys(refused)) {
    const answer = await fetch(url + path, { method: 'POST' })
    assert.deepEqual([answer.status, answer.headers.get('cache-control')], [500, 'no-store'], path)
    assert.equal(answer.headers.getSetCookie().length, 1, path)
    assert.equal(await answer.text(), 'Internal server error.\n', path)
  }
})

test('who has left cannot be signed in any more', async (t) => {
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
  const { promise, resolve } = Promise.withResolvers<unknown>()
  const { url, close } = await serve(
    nodeSession(sessions, async (_req, res, session) => {
      left.abort()
      if (!res.closed) await once(res, 'close')
      await session.login('alice').then(resolve, resolve)
    }),
  )
  t.after(close)
  const left = new AbortController()
  await assert.rejects(fetch(url, { method: 'POST', signal: left.signal }))
  const error = await promise
  assert.ok(isSessionError(error) && error.code === 'answer_started')
  assert.deepEqual(await sessions.list('alice'), [])
})

test('a stream that opens after its browser has gone is forgotten at once', async (t) => {
  const sessions = createSessions({ store: memoryStore(), streamCheckInterval: '1h' })
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.login('alice')
  visit.respond()
  const signal = Promise.withResolvers<AbortSignal>()
  const { url, close } = await serve(
    nodeSession(sessions, async (_req, res, session) => {
      left.abort()
      if (!res.closed) await once(res, 'close')
      signal.resolve(session.signal)
    }),
  )
  t.after(close)
  const left = new AbortController()
  const headers = { cookie: browser.cookie ?? '' }
  await assert.rejects(fetch(url, { headers, signal: left.signal }))
  const forgotten = await signal.promise
  await sessions.revokeUser('alice')
  assert.equal(forgotten.aborted, false)
})
