import type { RequestListener } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { MemoryStore, type Session, sessionMiddleware } from 'hono-sessions'
import { honoSession, type SessionVariables } from 'latchkey/hono'
import type { FloorRead } from '../../backends/floors.ts'
import type { StoreName } from '../../backends/stores.ts'
import { secret } from '../../peers.ts'
import { type Payload, payloadOf, userOf } from '../payload.ts'
import { openSessions, signIn } from '../sessions.ts'
import { betterAuthServers } from './better-auth.ts'
import { floorServers, latchkeyServers, type Servers } from './servers.ts'

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
  ...latchkeyServers(withSessions),
  ...floorServers(withFloor),
  'hono-sessions': () => withPeer({}),
  'hono-sessions-encrypted': () => withPeer({ encryptionKey: secret }),
  ...betterAuthServers,
}

async function withSessions(name: StoreName): Promise<RequestListener> {
  const app = new Hono<{ Variables: SessionVariables<Payload> }>()
  app.use(honoSession((await openSessions(name)).sessions))
  app.get('/me', (c) => c.json({ user: c.var.session.userId }))
  app.get('/login', async (c) => {
    await signIn(c.var.session, userOf(c.req.url))
    return c.json({ user: c.var.session.userId })
  })
  return getRequestListener(app.fetch)
}

function withFloor(read: FloorRead): RequestListener {
  const app = new Hono()
  app.get('/me', async (c) => c.json({ user: (await read()) ? 'u-000001' : null }))
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
