import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** A small site to audit. Its sign-out only removes the cookie, and scripts can read it: both on purpose. */
export interface Site {
  readonly url: string
  readonly requests: () => number
  /** Answers what was held, and what comes. */
  release(): void
  close(): Promise<void>
}

export const siteUser = { username: 'tester', password: 'a-password-for-the-site-5c1e' }

const page = (body: string) => `<!doctype html><html lang="en"><title>Shop</title><body>${body}</body></html>`
const loginForm = `<h1>Sign in</h1><form method="post" action="/login">
<label>Name <input name="username" autocomplete="username"></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
<button>Sign in</button></form>`

export interface SiteOptions {
  /** Milliseconds before each answer. */
  readonly delay?: number
  /** Do not answer until `release`. */
  readonly hold?: boolean
  /** Default: a free one. */
  readonly port?: number
}

export async function startSite({ delay = 0, hold = false, port = 0 }: SiteOptions = {}): Promise<Site> {
  const sessions = new Set<string>()
  const released = Promise.withResolvers<void>()
  let requests = 0
  const server = createServer(async (request, response) => {
    requests++
    if (hold) await released.promise
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay))
    await answer(request, response, sessions)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return {
    url: `http://localhost:${address.port}`,
    requests: () => requests,
    release: released.resolve,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  sessions: Set<string>,
): Promise<void> {
  const send = (status: number, headers: Record<string, string>, body = '') => {
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(body)
  }
  const id = /(?:^|; )shop_session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1]
  const isSignedIn = id !== undefined && sessions.has(id)
  const route = `${request.method} ${request.url?.split('?')[0]}`
  if (route === 'GET /') {
    return send(200, {}, page('<h1>Shop</h1><a href="/login">Sign in</a> <a href="/account">Account</a>'))
  }
  if (route === 'GET /login') return send(200, {}, page(loginForm))
  if (route === 'POST /login') {
    const form = new URLSearchParams(await bodyOf(request))
    const fits = form.get('username') === siteUser.username && form.get('password') === siteUser.password
    if (!fits) return send(401, {}, page(`<p>Wrong name or password.</p>${loginForm}`))
    const fresh = randomBytes(24).toString('base64url')
    sessions.add(fresh)
    return send(303, { location: '/account', 'set-cookie': `shop_session=${fresh}; Path=/; SameSite=Lax` })
  }
  if (route === 'GET /account') {
    if (!isSignedIn) return send(302, { location: '/login' })
    const signOut = '<form method="post" action="/logout"><button>Sign out</button></form>'
    return send(200, {}, page(`<h1>Your account</h1><p>Orders of ${siteUser.username}</p>${signOut}`))
  }
  if (route === 'POST /logout') {
    return send(303, { location: '/', 'set-cookie': 'shop_session=; Path=/; Max-Age=0' })
  }
  send(404, {}, page('<h1>Not found</h1>'))
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}
