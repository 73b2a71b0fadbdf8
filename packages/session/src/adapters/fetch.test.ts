import { test } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import type { Session } from '../session.ts'
import { adapterLaws } from '../testing/index.ts'
import { fetchSession } from './fetch.ts'
import { serve } from './serve.test-helper.ts'

const laws = adapterLaws({
  serve(sessions, handler, options) {
    const answer = async (request: Request, session: Session) => {
      const body = await handler(session, new URL(request.url).pathname)
      return new Response(body, { headers: { 'set-cookie': 'theme=dark; Path=/' } })
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
