import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { createSessions } from 'latchkey'
import { honoSession, type SessionVariables } from 'latchkey/hono'
import { sqliteStore } from 'latchkey/sqlite'

const sessions = createSessions({
  store: sqliteStore('sessions.sqlite'),
  cookie: { name: '__Host-shop' }, // this application's own: cookies know no port
  idleTimeout: '20m',
})
const app = new Hono<{ Variables: SessionVariables }>()
app.use(honoSession(sessions))

app.post('/login', async (c) => {
  await c.var.session.login('user-1') // once the password is checked: a new token, the old one dead
  return c.text('Welcome')
})
app.get('/me', (c) => c.json({ user: c.var.session.userId }))
app.post('/logout', async (c) => {
  await c.var.session.logout() // ended in the store, then the cookie removed
  return c.text('Goodbye')
})
serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3001) })
