import { createSessions, memoryStore } from 'latchkey'
import { tanstackStartSession } from 'latchkey/tanstack-start'

export interface Data {
  note: string
  role: 'user' | 'admin'
}

const sessions = createSessions<Data>({
  store: memoryStore(),
  cookie: { name: '__Host-tanstack-start-example' }, // this application's own: cookies know no port
})

export const session = tanstackStartSession(sessions, { redirects: { session_ended: '/login' } })
