import type { RequestListener } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { MemoryStore, type Session, sessionMiddleware } from 'hono-sessions'
import { honoSession, type SessionVariables } from 'latchkey/hono'
import { secret } from '../../peers.ts'
import { type Payload, payloadOf, userOf } from '../payload.ts'
import { openSessions, type StoreName, signIn } from '../sessions.ts'
import type { Servers } from './index.ts'

export const honoServers: Servers = {
  bare() {
    const app = new Hono()
    app.get('/me', (c) => c.json({ user: 'u-000001' }))
    return getRequestListener(app.fetch)
  },
  header() {
    const app = new Hono()
    app.get('/me', (c) => c.json({ user: c.req.header('cookie') ? 'u-000001' : null }))
    return getRequestListener(app.fetch)
  },
  'latchkey-memory': () => withSessions('memory'),
  'latchkey-sqlite': () => withSessions('sqlite'),
  'hono-sessions': () => withPeer({}),
  'hono-sessions-encrypted': () => withPeer({ encryptionKey: secret }),
}

function withSessions(store: StoreName): RequestListener {
  const app = new Hono<{ Variables: SessionVariables<Payload> }>()
  app.use(honoSession(openSessions(store)))
  app.get('/me', (c) => c.json({ user: c.var.session.userId }))
  app.get('/login', async (c) => {
    await signIn(c.var.session, userOf(c.req.url))
    return c.json({ user: c.var.session.userId })
  })
  return getRequestListener(app.fetch)
}

type Env = { Variables: { session: Session<Record<string, unknown>>; session_key_rotation: boolean } }

function withPeer(settings: { encryptionKey?: string }): RequestListener {
  const app = new Hono<Env>()
  app.use(
    '*',
    sessionMiddleware({
      store: new MemoryStore(),
      expireAfterSeconds: 900,
      cookieOptions: { sameSite: 'Lax', path: '/', httpOnly: true },
      ...settings,
    }),
  )
  app.get('/me', (c) => c.json({ user: c.get('session').get('user') }))
  app.get('/login', (c) => {
    const user = userOf(c.req.url)
    c.set('session_key_rotation', true)
    for (const [key, value] of Object.entries({ user, ...payloadOf(user) })) c.get('session').set(key, value)
    return c.json({ user })
  })
  return getRequestListener(app.fetch)
}
