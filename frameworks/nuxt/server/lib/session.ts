import { createSessions, memoryStore } from 'latchkey'
import { h3Session } from 'latchkey/h3'

export interface Data {
  note: string
  role: 'user' | 'admin'
}

const sessions = createSessions<Data>({
  store: memoryStore(),
  cookie: { name: '__Host-nuxt-example' }, // this application's own: cookies know no port
})

export const session = h3Session(sessions, { redirects: { session_ended: '/login' } })
