// Latchkey with Hono: node examples/hono.ts
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { createSessions, memoryStore } from 'latchkey'
import { honoSession, type SessionVariables } from 'latchkey/hono'
import { authenticate, type ExampleData } from './shared/accounts.ts'
import { announce, port } from './shared/announce.ts'
import { accountPage, homePage, loginPage, pageHeaders } from './shared/pages.ts'

const sessions = createSessions<ExampleData>({
  store: memoryStore(),
  idleTimeout: '30m',
  absoluteTimeout: '8h',
  // A name for each application on a host: cookies know no port.
  cookie: { name: '__Host-hono-example' },
})

const app = new Hono<{ Variables: SessionVariables<ExampleData> }>()
app.use(honoSession(sessions))

app.get('/', (c) => c.body(homePage(c.var.session), 200, pageHeaders))
app.get('/login', (c) => c.body(loginPage(), 200, pageHeaders))

app.post('/login', async (c) => {
  const form = await c.req.formData()
  const userId = await authenticate(String(form.get('username')), String(form.get('password')))
  if (!userId) return c.body(loginPage('Wrong user name or password.'), 401, pageHeaders)
  await c.var.session.login(userId)
  return c.redirect('/account', 303)
})

app.use(async (c, next) => (c.var.session.userId ? next() : c.redirect('/login', 303)))

app.get('/account', (c) => c.body(accountPage(c.var.session), 200, pageHeaders))

app.post('/note', async (c) => {
  const form = await c.req.formData()
  await c.var.session.set('note', String(form.get('note') ?? ''))
  return c.redirect('/account', 303)
})

app.post('/become-admin', async (c) => {
  await c.var.session.set('role', 'admin')
  await c.var.session.regenerate()
  return c.redirect('/account', 303)
})

app.post('/logout', async (c) => {
  await c.var.session.logout()
  return c.redirect('/', 303)
})

const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, () => announce(server))
