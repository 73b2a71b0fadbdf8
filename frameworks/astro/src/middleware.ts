import { createSessions, memoryStore } from 'latchkey'
import { astroSession } from 'latchkey/astro'

export interface Data {
  note: string
  role: 'user' | 'admin'
}

const sessions = createSessions<Data>({
  store: memoryStore(),
  cookie: { name: '__Host-astro-example' }, // this application's own: cookies know no port
})

export const onRequest = astroSession(sessions, { redirects: { session_ended: '/login' } })
