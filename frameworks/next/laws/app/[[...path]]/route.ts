import type { Session } from 'latchkey'
import { publicHeaders } from 'latchkey/testing'
import { type NextRequest, NextResponse } from 'next/server'
import { laws, served } from '../../served'

async function answer(request: NextRequest, session: Session): Promise<Response> {
  const { handler } = laws()
  const { pathname } = request.nextUrl
  if (pathname.startsWith('/early/')) return themed(afterFirstByte(() => handler(session, pathname)))
  const response = themed(await handler(session, pathname))
  if (pathname.startsWith('/public/'))
    for (const [name, value] of Object.entries(publicHeaders)) response.headers.set(name, value)
  return response
}

function themed(body: BodyInit): NextResponse {
  const response = new NextResponse(body)
  response.cookies.set('theme', 'dark')
  return response
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

const handle = (request: NextRequest, context: unknown) => served().route(answer)(request, context)

export { handle as GET, handle as HEAD, handle as OPTIONS, handle as POST }
