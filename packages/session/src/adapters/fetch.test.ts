import { test } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import { adapterLaws } from '../testing/index.ts'
import { fetchSession } from './fetch.ts'
import { serve } from './serve.test-helper.ts'

const laws = adapterLaws({
  serve(sessions, handler) {
    const handle = fetchSession(sessions, async (request, session) => {
      const body = await handler(session, new URL(request.url).pathname)
      return new Response(body, { headers: { 'set-cookie': 'theme=dark; Path=/' } })
    })
    return serve(
      getRequestListener((request) => handle(request), {
        errorHandler: () => new Response(null, { status: 500 }),
      }),
    )
  },
})

for (const law of laws) test(law.name, law.run)
