import * as nest from '@nestjs/common'
import { createSessions, memoryStore } from 'latchkey'
import { nestSession } from 'latchkey/nest'

export interface Data {
  note: string
  role: 'user' | 'admin'
}

const sessions = createSessions<Data>({
  store: memoryStore(),
  cookie: { name: '__Host-nest-example' }, // this application's own: cookies know no port
})

export const session = nestSession(nest, sessions, { redirects: { session_ended: '/login' } })
