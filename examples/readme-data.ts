import { serve } from '@hono/node-server'
import { createSessions } from 'latchkey'
import { fetchSession } from 'latchkey/fetch'
import { sqliteStore } from 'latchkey/sqlite'
import { z } from 'zod'

const sessions = createSessions({
  store: sqliteStore('sessions.sqlite'),
  cookie: { name: '__Host-tea' },
  sealed: true, // encrypted under a key that only the session's own cookie unwraps
  data: { cart: z.array(z.string()), theme: z.enum(['light', 'dark']) },
  dataVersion: 2,
  migrate: ({ cart, ...rest }) => ({ ...rest, cart: String(cart ?? '').split(' ') }), // version 1 had text
})
const fetch = fetchSession(sessions, async (_request, session) => {
  const cart = await session.update('cart', (before = []) => [...before, 'tea']) // string[]
  return Response.json({ cart, theme: session.get('theme') ?? 'light' })
})
serve({ fetch, port: Number(process.env.PORT ?? 3001) })
