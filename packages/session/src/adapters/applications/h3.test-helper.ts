import { H3, setCookie } from 'h3'
import { publicHeaders } from 'latchkey/testing'
import type { h3Session } from '../h3.ts'
import { type Served, theme } from './served.test-helper.ts'

/** The application of the adapter laws on h3. */
export function h3Application(adapter: typeof h3Session, ...[sessions, handler, options]: Served): H3 {
  const app = new H3({ silent: true })
  const session = adapter(sessions, options)
  app.use((event) => {
    if (!event.url.pathname.startsWith('/public/')) setCookie(event, 'theme', 'dark')
  })
  app.use(session.middleware)
  app.all('/early/**', (event) => {
    const handled = () => handler(session(event), event.url.pathname).catch(({ code }) => code)
    return afterFirstByte(handled)
  })
  app.all('/public/**', async (event) => {
    const body = await handler(session(event), event.url.pathname)
    return new Response(body, { headers: { ...publicHeaders, 'set-cookie': theme } })
  })
  app.all('/**', (event) => handler(session(event), event.url.pathname))
  return app
}

function afterFirstByte(handle: () => Promise<string>): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder()
  let isFirst = true
  return new ReadableStream(
    {
      async pull(controller) {
        controller.enqueue(bytes.encode(isFirst ? '.' : await handle()))
        if (!isFirst) controller.close()
        isFirst = false
      },
    },
    { highWaterMark: 0 },
  )
}
