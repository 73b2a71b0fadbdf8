import { createSessions, memoryStore } from 'latchkey'

export interface Data {
  note: string
  role: 'user' | 'admin'
}

export const sessions = createSessions<Data>({
  store: memoryStore(),
  cookie: { name: '__Host-sveltekit-example' }, // this application's own: cookies know no port
})
