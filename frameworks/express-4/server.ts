// Latchkey with Express 4. `npm run frameworks -- express-4` puts the package in; then: npm start
import type { AddressInfo } from 'node:net'
import express, { type Request, type RequestHandler, type Response } from 'express'
import { createSessions, memoryStore } from 'latchkey'
import { expressSession } from 'latchkey/express'
import { accountPage, homePage, loginPage } from '../../examples/shared/pages.ts'
import { authenticate, demoPassword } from './accounts.ts'

interface Data {
  note: string
  role: 'user' | 'admin'
}

const sessions = createSessions<Data>({
  store: memoryStore(),
  cookie: { name: '__Host-express-4-example' }, // this application's own: cookies know no port
})
const session = expressSession(sessions, { redirects: { session_ended: '/login' } })

/** Express 4 looks at no promise: what a handler rejects with gets to the error handlers by this alone. */
const passing =
  (handler: (req: Request, res: Response) => Promise<unknown>): RequestHandler =>
  (req, res, next) =>
    void handler(req, res).catch(next)

const app = express()
app.disable('x-powered-by')
app.use(session.middleware)
app.use(express.urlencoded({ extended: false }))

app.get('/', (req, res) => void res.send(homePage(session(req))))
app.get('/login', (_req, res) => void res.send(loginPage()))
app.post(
  '/login',
  passing(async (req, res) => {
    const userId = await authenticate(String(req.body.username), String(req.body.password))
    if (!userId) return res.status(401).send(loginPage('Wrong user name or password.'))
    await session(req).login(userId)
    return res.redirect(303, '/account')
  }),
)
app.get('/account', (req, res) => {
  session(req).requireUser()
  res.send(accountPage(session(req)))
})
app.post(
  '/note',
  passing(async (req, res) => {
    session(req).requireUser()
    await session(req).set('note', String(req.body.note ?? ''))
    res.redirect(303, '/account')
  }),
)
app.post(
  '/become-admin',
  passing(async (req, res) => {
    session(req).requireUser()
    await session(req).set('role', 'admin')
    await session(req).regenerate() // other privileges, another token
    res.redirect(303, '/account')
  }),
)
app.post(
  '/logout',
  passing(async (req, res) => {
    await session(req).logout()
    res.redirect(303, '/')
  }),
)
app.use(session.errorHandler)

const server = app.listen(Number(process.env.PORT ?? 3001), process.env.HOST ?? '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  console.log(`http://127.0.0.1:${port} (sign in as alice, password: ${demoPassword})`)
})
