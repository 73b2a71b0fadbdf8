import { getRequestListener } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { decrypt, MemoryStore, type Session, sessionMiddleware } from 'hono-sessions'
import { SerialisingHonoStore, secret } from '../../peers.ts'
import { type Handle, respond } from '../app.ts'
import type { Stack } from '../site.ts'

type Env = {
  Variables: { session: Session<Record<string, unknown>>; session_key_rotation: boolean }
}

/** hono-sessions with the settings of its documentation's example: an encrypted cookie, 15 minutes of inactivity. */
export function honoSessionsStack(store: 'memory' | 'serialising'): Stack {
  return {
    name: `hono-sessions, ${store} store`,
    async start(gates) {
      const app = new Hono<Env>()
      app.use(
        '*',
        sessionMiddleware({
          store: store === 'memory' ? new MemoryStore() : new SerialisingHonoStore(),
          encryptionKey: secret,
          expireAfterSeconds: 900,
          cookieOptions: { sameSite: 'Lax', path: '/', httpOnly: true },
        }),
      )
      app.get('/*', async (c) => c.json(await respond(c.req.url, handleOf(c), gates)))
      return { listener: getRequestListener(app.fetch), identify: (cookies) => sidOf(cookies.get('session')) }
    },
  }
}

// The same ID is encrypted anew for each answer.
async function sidOf(cookie = ''): Promise<string> {
  return cookie === '' ? '' : String(await decrypt(secret, decodeURIComponent(cookie)))
}

function handleOf(c: Context<Env>): Handle {
  const session = c.get('session')
  return {
    user: () => (session.get('user') as string | null) ?? null,
    get: (key) => session.get(key),
    set: (key, value) => session.set(key, value),
    increment: (key) => session.set(key, Number(session.get(key) ?? 0) + 1),
    async login(user) {
      c.set('session_key_rotation', true)
      session.set('user', user)
    },
    async rotate() {
      c.set('session_key_rotation', true)
    },
    async logout() {
      session.deleteSession()
    },
  }
}
