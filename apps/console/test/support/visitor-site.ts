import { createHmac, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'

/** A shop that gives every visitor a session which scripts can read, and keeps it for a year. */
export async function startVisitorSite(): Promise<{
  url: string
  requests(): number
  close(): Promise<void>
}> {
  const sessions = new Map<string, string>()
  let requests = 0
  const server = createServer((request, response) => {
    requests++
    const came = decodeURIComponent(/connect\.sid=([^;]*)/.exec(request.headers.cookie ?? '')?.[1] ?? '')
    const id = sessions.has(came) ? came : signed(randomBytes(24).toString('base64url'))
    const token = sessions.get(id) ?? randomBytes(16).toString('hex')
    sessions.set(id, token)
    const headers: Record<string, string> = { 'content-type': 'text/html; charset=utf-8' }
    const cookie = `connect.sid=${encodeURIComponent(id)}; Path=/; Max-Age=31536000; SameSite=Lax`
    if (id !== came) headers['set-cookie'] = cookie
    response.writeHead(200, headers).end(`<title>Shop</title><form method="post" action="/login">
<input type="hidden" name="_csrf" value="${token}"><input name="email"><input type="password" name="password">
<button>Sign in</button></form>`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return {
    url: `http://localhost:${address.port}`,
    requests: () => requests,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function signed(id: string): string {
  return `s:${id}.${createHmac('sha256', 'shop').update(id).digest('base64').replace(/=+$/, '')}`
}
