import { createSessions, memoryStore, type Sessions } from 'latchkey'
import { nextSession } from 'latchkey/next'
import { cookies, headers } from 'next/headers'
import { after } from 'next/server'

interface ExampleData {
  note: string
  role: 'user' | 'admin'
}

// Next loads this file for the proxy, and once more for the pages: both are to have the same store.
const shared = globalThis as { exampleSessions?: Sessions<ExampleData> }
shared.exampleSessions ??= createSessions<ExampleData>({
  store: memoryStore(),
  idleTimeout: '30m',
  absoluteTimeout: '8h',
  // A name for each application on a host: cookies know no port.
  cookie: { name: '__Host-next-example' },
})

export const session = nextSession(shared.exampleSessions, { cookies, headers, after })
