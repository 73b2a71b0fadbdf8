import type { Session } from 'latchkey'
import { publicHeaders } from 'latchkey/testing'
import type { fetchSession } from '../fetch.ts'
import { type Served, theme } from './served.test-helper.ts'

/** The application of the adapter laws as a fetch handler. */
export function fetchApplication(
  adapter: typeof fetchSession,
  ...[sessions, handler, options]: Served
): (request: Request) => Promise<Response> {
  const answer = async (request: Request, session: Session) => {
    const { pathname } = new URL(request.url)
    const headers = { 'set-cookie': theme }
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
  const handle = adapter(sessions, answer, options)
  return (request) => handle(request)
}

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
