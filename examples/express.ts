// Latchkey with Express 5: node examples/express.ts
import express, { type NextFunction, type Request, type Response } from 'express'
import { createSessions, memoryStore } from 'latchkey'
import { expressSession } from 'latchkey/express'
import { authenticate, type ExampleData } from './shared/accounts.ts'
import { announce, port } from './shared/announce.ts'
import { accountPage, homePage, loginPage, pageHeaders } from './shared/pages.ts'

const sessions = createSessions<ExampleData>({
  store: memoryStore(),
  idleTimeout: '30m',
  absoluteTimeout: '8h',
  // A name for each application on a host: cookies know no port.
  cookie: { name: '__Host-express-example' },
})
const session = expressSession(sessions)

const app = express()
app.disable('x-powered-by')
app.use(session.middleware)
app.use(express.urlencoded({ extended: false }))

app.get('/', (req, res) => {
  res.set(pageHeaders).send(homePage(session(req)))
})

app.get('/login', (_req, res) => {
  res.set(pageHeaders).send(loginPage())
})

app.post('/login', async (req, res) => {
  const userId = await authenticate(String(req.body.username), String(req.body.password))
  if (!userId) {
    res.status(401).set(pageHeaders).send(loginPage('Wrong user name or password.'))
    return
  }
  await session(req).login(userId)
  res.redirect(303, '/account')
})

app.use((req: Request, res: Response, next: NextFunction) => {
  if (session(req).userId) next()
  else res.redirect(303, '/login')
})

app.get('/account', (req, res) => {
  res.set(pageHeaders).send(accountPage(session(req)))
})

app.post('/note', async (req, res) => {
  await session(req).set('note', String(req.body.note ?? ''))
  res.redirect(303, '/account')
})

app.post('/become-admin', async (req, res) => {
  await session(req).set('role', 'admin')
  await session(req).regenerate()
  res.redirect(303, '/account')
})

app.post('/logout', async (req, res) => {
  await session(req).logout()
  res.redirect(303, '/')
})

const server = app.listen(port, '127.0.0.1', () => announce(server))
