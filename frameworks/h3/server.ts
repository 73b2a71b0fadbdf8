// Latchkey with h3 2. `npm run frameworks -- h3` puts the package in; then: npm start
import { H3, readBody, redirect, serve } from 'h3'
import { createSessions, memoryStore } from 'latchkey'
import { h3Session } from 'latchkey/h3'
import { authenticate, demoPassword } from './accounts.ts'
import { accountPage, homePage, loginPage } from './pages.ts'

interface Data {
  note: string
  role: 'user' | 'admin'
}

const sessions = createSessions<Data>({
  store: memoryStore(),
  cookie: { name: '__Host-h3-example' }, // this application's own: cookies know no port
})
const session = h3Session(sessions, { redirects: { session_ended: '/login' } })

const app = new H3()
app.use(session.middleware)

app.get('/', (event) => homePage(session(event).userId))
app.get('/login', () => loginPage())
app.post('/login', async (event) => {
  const { username, password } = (await readBody<{ username?: string; password?: string }>(event)) ?? {}
  const userId = await authenticate(username ?? '', password ?? '')
  if (!userId) {
    event.res.status = 401
    return loginPage('Wrong user name or password.')
  }
  await session(event).login(userId)
  return redirect('/account', 303)
})
app.get('/account', (event) => {
  session(event).requireUser()
  return accountPage(session(event))
})
app.post('/note', async (event) => {
  session(event).requireUser()
  const { note } = (await readBody<{ note?: string }>(event)) ?? {}
  await session(event).set('note', note ?? '')
  return redirect('/account', 303)
})
app.post('/become-admin', async (event) => {
  session(event).requireUser()
  await session(event).set('role', 'admin')
  await session(event).regenerate() // other privileges, another token
  return redirect('/account', 303)
})
app.post('/logout', async (event) => {
  await session(event).logout()
  return redirect('/', 303)
})

const server = serve(app, {
  port: Number(process.env.PORT ?? 3001),
  hostname: process.env.HOST ?? '127.0.0.1',
  silent: true,
})
await server.ready()
console.log(`${server.url?.replace(/\/$/, '')} (sign in as alice, password: ${demoPassword})`)
