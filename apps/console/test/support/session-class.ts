import { Hono } from 'hono'
import { createSessions, memoryStore, type Session } from 'latchkey'
import { honoSession, type SessionVariables } from 'latchkey/hono'

/** What all sessions of this process inherit from, for stand-ins of what the session layer does. */
export async function sessionClass(): Promise<Session> {
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
  const app = new Hono<{ Variables: SessionVariables }>().use(honoSession(sessions))
  const found = Promise.withResolvers<Session>()
  app.get('/', (c) => {
    found.resolve(Object.getPrototypeOf(c.var.session))
    return c.text('')
  })
  await app.request('/')
  await sessions.close()
  return found.promise
}
