import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import { createSessions } from '../create-sessions.ts'
import type { Session } from '../session.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { adapterLaws, publicHeaders, testBrowser } from '../testing/index.ts'
import { serve } from './core/serve.test-helper.ts'
import { fetchSession } from './fetch.ts'

function afterFirstByte(handle: () => Promise<string>): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder()
  let isFirst = true
  return new ReadableStream(
    {
      async pull(controller) {
        controller.enqueue(bytes.encode(isFirst ? '.' : await handle().catch(({ code }) => code)))
        if (!isFirst) controller.close()
        isFirst = false
      },
    },
    { highWaterMark: 0 },
  )
}

const laws = adapterLaws({
  serve(sessions, handler, options) {
    const answer = async (request: Request, session: Session) => {
      const { pathname } = new URL(request.url)
      const headers = { 'set-cookie': 'theme=dark; Path=/' }
      if (pathname.startsWith('/early/'))
        return new Response(
          afterFirstByte(() => handler(session, pathname)),
          { headers },
        )
      const isPublic = pathname.startsWith('/public/')
      return new Response(await handler(session, pathname), {
        headers: isPublic ? { ...publicHeaders, ...headers } : headers,
      })
    }
    const handle = fetchSession(sessions, answer, options)
    return serve(
      getRequestListener((request) => handle(request), {
        errorHandler: () => new Response(null, { status: 500 }),
      }),
    )
  },
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
