import { current } from './session.server.js'

const theme = 'theme=dark; Path=/'

export async function loader({ request, context }) {
  const { pathname } = new URL(request.url)
  const { handler, publicHeaders } = globalThis.latchkeyLaws
  const session = current()(context)
  if (pathname.startsWith('/early/'))
    return new Response(
      afterFirstByte(() => handler(session, pathname).catch(({ code }) => code)),
      {
        headers: { 'set-cookie': theme },
      },
    )
  const body = await handler(session, pathname)
  const headers = pathname.startsWith('/public/') ? publicHeaders : {}
  return new Response(body, { headers: { ...headers, 'set-cookie': theme } })
}

export const action = loader

function afterFirstByte(handle) {
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
