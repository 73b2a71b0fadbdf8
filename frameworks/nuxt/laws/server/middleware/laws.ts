import { current } from '../current'

export default defineEventHandler(async (event) => {
  const { handler, publicHeaders } = globalThis.latchkeyLaws
  const { pathname } = getRequestURL(event)
  const session = current()(event)
  if (pathname.startsWith('/public/')) {
    const body = await handler(session, pathname)
    setResponseHeaders(event, { ...publicHeaders, 'set-cookie': 'theme=dark; Path=/' })
    return body
  }
  setCookie(event, 'theme', 'dark')
  if (!pathname.startsWith('/early/')) return handler(session, pathname)
  return afterFirstByte(() => handler(session, pathname).catch(({ code }) => code))
})

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
