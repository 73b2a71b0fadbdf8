// Latchkey with nothing but node:http: node examples/node-http.ts
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { createSessions, memoryStore, type Session } from 'latchkey'
import { nodeSession } from 'latchkey/node'
import { authenticate, type ExampleData } from './shared/accounts.ts'
import { announce, port } from './shared/announce.ts'
import { accountPage, homePage, loginPage, pageHeaders } from './shared/pages.ts'

const sessions = createSessions<ExampleData>({
  store: memoryStore(),
  idleTimeout: '30m',
  absoluteTimeout: '8h',
  // A name for each application on a host: cookies know no port.
  cookie: { name: '__Host-node-example' },
})

type Route = (
  req: IncomingMessage,
  res: ServerResponse,
  session: Session<ExampleData>,
) => void | Promise<void>

const publicRoutes: Record<string, Route> = {
  'GET /': (_req, res, session) => show(res, homePage(session)),
  'GET /login': (_req, res) => show(res, loginPage()),
  'POST /login': async (req, res, session) => {
    const form = await formOf(req)
    const userId = await authenticate(form.get('username') ?? '', form.get('password') ?? '')
    if (!userId) return show(res, loginPage('Wrong user name or password.'), 401)
    await session.login(userId)
    redirect(res, '/account')
  },
}

const signedInRoutes: Record<string, Route> = {
  'GET /account': (_req, res, session) => show(res, accountPage(session)),
  'POST /note': async (req, res, session) => {
    await session.set('note', (await formOf(req)).get('note') ?? '')
    redirect(res, '/account')
  },
  'POST /become-admin': async (_req, res, session) => {
    await session.set('role', 'admin')
    await session.regenerate()
    redirect(res, '/account')
  },
  'POST /logout': async (_req, res, session) => {
    await session.logout()
    redirect(res, '/')
  },
}

async function formOf(req: IncomingMessage): Promise<URLSearchParams> {
  return new URLSearchParams(await text(req))
}

function show(res: ServerResponse, html: string, status = 200): void {
  res.writeHead(status, pageHeaders).end(html)
}

function redirect(res: ServerResponse, location: string): void {
  res.writeHead(303, { location }).end()
}

const listener = nodeSession(sessions, async (req, res, session) => {
  const name = `${req.method} ${req.url?.split('?')[0]}`
  const route = publicRoutes[name] ?? signedInRoutes[name]
  if (!route) res.writeHead(404).end('Not found')
  else if (name in signedInRoutes && !session.userId) redirect(res, '/login')
  else await route(req, res, session)
})

const server = createServer(listener).listen(port, '127.0.0.1', () => announce(server))
