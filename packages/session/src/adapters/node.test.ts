import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { createSessions } from '../create-sessions.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { adapterLaws, publicHeaders, testBrowser } from '../testing/index.ts'
import { serve } from './core/serve.test-helper.ts'
import { nodeSession } from './node.ts'

const theme = 'theme=dark; Path=/'

const laws = adapterLaws({
  serve: (sessions, handler, options) =>
    serve(
      nodeSession(
        sessions,
        async (req, res, session) => {
          const path = (req.url ?? '/').split('?')[0] ?? ''
          if (path.startsWith('/early/')) {
            res.write('.')
            return void res.end(await handler(session, path).catch(({ code }) => code))
          }
          const body = await handler(session, path)
          if (path.startsWith('/public/'))
            return void res.writeHead(200, { ...publicHeaders, 'set-cookie': theme }).end(body)
          res.appendHeader('set-cookie', theme)
          res.end(body)
        },
        { onError: () => undefined, ...options },
      ),
    ),
})

for (const law of laws) test(law.name, law.run)

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
