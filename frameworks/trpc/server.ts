// Latchkey with tRPC 11. `npm run frameworks -- trpc` puts the package in; then: npm start
// The API is at /trpc; the pages call the same procedures, each with the session of its request.
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { TRPCError } from '@trpc/server'
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http'
import { isSessionError } from 'latchkey'
import { nodeSession } from 'latchkey/node'
import { demoPassword } from './accounts.ts'
import { accountPage, homePage, loginPage } from './pages.ts'
import { type Context, callerOf, router, sessions } from './router.ts'

interface Answer {
  readonly status?: number
  readonly page?: string
  readonly location?: string
}

type Page = (call: ReturnType<typeof callerOf>, req: IncomingMessage, context: Context) => Promise<Answer>

const seeOther = (location: string): Answer => ({ status: 303, location })

const formOf = async (req: IncomingMessage) => new URLSearchParams(await text(req))

const pages: Readonly<Record<string, Page>> = {
  'GET /': async (_call, _req, { session }) => ({ page: homePage(session.userId) }),
  'GET /login': async () => ({ page: loginPage() }),
  async 'POST /login'(call, req) {
    const form = await formOf(req)
    const given = { username: form.get('username') ?? '', password: form.get('password') ?? '' }
    try {
      await call.login(given)
      return seeOther('/account')
    } catch (error) {
      if (!(error instanceof TRPCError && error.code === 'UNAUTHORIZED')) throw error
      return { status: 401, page: loginPage(error.message) }
    }
  },
  'GET /account': async (call) => ({ page: accountPage(await call.account()) }),
  async 'POST /note'(call, req) {
    await call.keepNote({ note: (await formOf(req)).get('note') ?? '' })
    return seeOther('/account')
  },
  async 'POST /become-admin'(call) {
    await call.becomeAdmin()
    return seeOther('/account')
  },
  async 'POST /logout'(call) {
    await call.logout()
    return seeOther('/')
  },
}

/** What the session refuses is answered for pages by the server's adapter: it sends users to the sign-in. */
const unwrapped = (error: unknown): never => {
  throw error instanceof TRPCError && isSessionError(error.cause) ? error.cause : error
}

const listener = nodeSession(
  sessions,
  async (req, res, session) => {
    const { pathname } = new URL(req.url ?? '/', 'http://localhost')
    const context = { session }
    if (pathname.startsWith('/trpc/')) {
      const path = pathname.slice('/trpc/'.length)
      return nodeHTTPRequestHandler({ req, res, path, router, createContext: async () => context })
    }
    const handle = pages[`${req.method} ${pathname}`]
    if (!handle) return void res.writeHead(404).end('Not found.')
    const {
      status = 200,
      page = '',
      location,
    } = await handle(callerOf(context), req, context).catch(unwrapped)
    res
      .writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...(location && { location }) })
      .end(page)
  },
  { redirects: { session_ended: '/login' } },
)

const server = createServer(listener)
server.listen(Number(process.env.PORT ?? 3001), process.env.HOST ?? '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  console.log(`http://127.0.0.1:${port} (sign in as alice, password: ${demoPassword})`)
})
