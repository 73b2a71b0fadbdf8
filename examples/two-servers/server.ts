// One of several equal servers: its sessions are in Redis, so it does not matter which one a request meets.
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { createSessions } from 'latchkey'
import { honoSession, type SessionVariables } from 'latchkey/hono'
import { redisStore } from 'latchkey/redis'
import { createClient } from 'redis'
import { authenticate } from '../shared/accounts.ts'
import { announce, port } from '../shared/announce.ts'
import { loginPage, pageHeaders } from '../shared/pages.ts'

const name = process.env.SERVER_NAME ?? 'server'
const redis = createClient({ url: process.env.REDIS_URL ?? 'redis://127.0.0.1:6379' })
// node-redis ends the process on a lost connection that nobody listens for. It reconnects by itself.
redis.on('error', () =>
  console.error('Redis cannot be reached; requests with a session are refused until it can.'),
)
await redis.connect()

// The same name at both: to the browser they are one application.
const sessions = createSessions({ store: redisStore(redis), cookie: { name: '__Host-two-servers-example' } })
const app = new Hono<{ Variables: SessionVariables }>()
app.use(honoSession(sessions))

app.get('/login', (c) => c.body(loginPage(), 200, pageHeaders))
app.post('/login', async (c) => {
  const form = await c.req.formData()
  const userId = await authenticate(String(form.get('username')), String(form.get('password')))
  if (!userId) return c.body(loginPage('Wrong user name or password.'), 401, pageHeaders)
  await c.var.session.login(userId)
  return c.redirect('/', 303)
})

app.use(async (c, next) => (c.var.session.userId ? next() : c.redirect('/login', 303)))

app.get('/', async (c) => {
  const { sid, userId } = c.var.session
  const others = (await sessions.list(userId ?? '')).filter((session) => session.sid !== sid)
  return c.json({ user: userId, server: name, session: sid, otherSessions: others.map((each) => each.sid) })
})

// Ends with the session, whichever server that is ended at: Redis announces it to both.
app.get('/events', (c) =>
  streamSSE(c, async (stream) => {
    const { signal } = c.var.session
    await stream.writeSSE({ event: 'hello', data: name })
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve())
      stream.onAbort(resolve)
    })
    if (signal.aborted) await stream.writeSSE({ event: 'signed-out', data: name })
  }),
)

app.post('/revoke/:sid', async (c) => {
  const userId = c.var.session.requireUser()
  return c.json({ ended: await sessions.revoke(c.req.param('sid'), { userId }) })
})
app.post('/logout', async (c) => {
  await c.var.session.logout()
  return c.redirect('/login', 303)
})

const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, () => announce(server))

// The load balancer has stopped sending here by now; what is being answered is finished first.
process.once('SIGTERM', () => {
  server.close(async () => {
    await sessions.close()
    await redis.close()
  })
})
