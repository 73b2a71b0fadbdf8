// Latchkey with socket.io 4. `npm run frameworks -- socket-io` puts the package in; then: npm start
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { createSessions, memoryStore, type Session } from 'latchkey'
import { nodeSession } from 'latchkey/node'
import { socketIoSession } from 'latchkey/socket.io'
import { Server } from 'socket.io'
import { accountPage, homePage, loginPage } from '../../examples/shared/pages.ts'
import { authenticate, demoPassword } from './accounts.ts'

interface Data {
  note: string
  role: 'user' | 'admin'
}

const sessions = createSessions<Data>({
  store: memoryStore(),
  cookie: { name: '__Host-socket-io-example' }, // this application's own: cookies know no port
})

type Route = (req: IncomingMessage, res: ServerResponse, session: Session<Data>) => unknown

// What sets a cookie is an ordinary request; sockets read and write what is there.
const routes: Readonly<Record<string, Route>> = {
  'GET /': (_req, res, session) => show(res, homePage(session)),
  'GET /login': (_req, res) => show(res, loginPage()),
  async 'POST /login'(req, res, session) {
    const form = new URLSearchParams(await text(req))
    const userId = await authenticate(form.get('username') ?? '', form.get('password') ?? '')
    if (!userId) return show(res, loginPage('Wrong user name or password.'), 401)
    await session.login(userId)
    seeOther(res, '/account')
  },
  'GET /account'(_req, res, session) {
    session.requireUser()
    show(res, accountPage(session))
  },
  async 'POST /note'(req, res, session) {
    session.requireUser()
    await session.set('note', new URLSearchParams(await text(req)).get('note') ?? '')
    seeOther(res, '/account')
  },
  async 'POST /become-admin'(_req, res, session) {
    session.requireUser()
    await session.set('role', 'admin')
    await session.regenerate() // other privileges, another token
    seeOther(res, '/account')
  },
  async 'POST /logout'(_req, res, session) {
    await session.logout()
    seeOther(res, '/')
  },
}

function show(res: ServerResponse, page: string, status = 200): void {
  res.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(page)
}

function seeOther(res: ServerResponse, location: string): void {
  res.writeHead(303, { location }).end()
}

const pages = nodeSession(
  sessions,
  async (req, res, session) => {
    const { pathname } = new URL(req.url ?? '/', 'http://localhost')
    const route = routes[`${req.method} ${pathname}`]
    if (route) await route(req, res, session)
    else show(res, 'Not found.', 404)
  },
  { redirects: { session_ended: '/login' } },
)

const server = createServer(pages)
const session = socketIoSession(sessions)
const io = new Server(server)
io.use(session.middleware)
// Visitors stay outside: a socket cannot give them the cookie that a first value needs.
io.use((socket, next) => {
  try {
    session(socket).requireUser()
    next()
  } catch (error) {
    next(error as Error)
  }
})
io.on('connection', (socket) => {
  socket.emit('account', session(socket).userId, session(socket).get('note') ?? null)
})

server.listen(Number(process.env.PORT ?? 3001), process.env.HOST ?? '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  console.log(`http://127.0.0.1:${port} (sign in as alice, password: ${demoPassword})`)
})
