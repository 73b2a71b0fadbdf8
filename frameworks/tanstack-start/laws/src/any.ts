const theme = 'theme=dark; Path=/'

export async function ANY({ request, context: { session } }) {
  const { pathname } = new URL(request.url)
  const { handler, publicHeaders } = globalThis.latchkeyLaws
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
