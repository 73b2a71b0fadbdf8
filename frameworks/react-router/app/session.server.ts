import { createSessions, memoryStore } from 'latchkey'
import { reactRouterSession } from 'latchkey/react-router'

export interface Data {
  note: string
  role: 'user' | 'admin'
}

const sessions = createSessions<Data>({
  store: memoryStore(),
  cookie: { name: '__Host-react-router-example' }, // this application's own: cookies know no port
})

export const session = reactRouterSession(sessions, { redirects: { session_ended: '/login' } })
