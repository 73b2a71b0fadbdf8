export const trailingSlash = 'ignore'

export async function fallback({ url: { pathname }, locals: { session }, cookies }) {
  const { handler, publicHeaders } = globalThis.latchkeyLaws
  if (pathname.startsWith('/public/')) {
    const body = await handler(session, pathname)
    return new Response(body, { headers: { ...publicHeaders, 'set-cookie': 'theme=dark; Path=/' } })
  }
  cookies.set('theme', 'dark', { path: '/' })
  if (!pathname.startsWith('/early/')) return new Response(await handler(session, pathname))
  return new Response(afterFirstByte(() => handler(session, pathname).catch(({ code }) => code)))
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
