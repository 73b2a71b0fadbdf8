// Lets in the tokens of issuer.ts or mobile.ts until their session ends: node examples/tokens/feed.ts
// It reads from their store which sessions have ended: a logout there is obeyed here within a second, and at once where
// the store tells of it (REDIS_URL for both).
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { createTokenGuard, endedFeed } from 'latchkey/tokens'
import { honoGuard, type TokenVariables } from 'latchkey/tokens/hono'
import { audience, issuer, issuerUrl, servicePort } from './agreed.ts'
import { announceService } from './announce.ts'
import { openStore } from './store.ts'

// How long a logout may take to get here where the store tells nothing, as SQLite. Should the store not answer for longer than maxAge, nobody is let in (503).
const revocations = endedFeed(await openStore(), { pollInterval: '1s', maxAge: '10s' })
const jwksUrl = `${issuerUrl}/.well-known/jwks.json`
const guard = createTokenGuard({ issuer, audience, jwksUrl, revocations })

// No page of another origin can call it: there is no CORS, and a browser sends Authorization nowhere without.
const app = new Hono<{ Variables: TokenVariables }>()
app.use(honoGuard(guard, { scope: ['orders:read'] }))
app.get('/orders', (c) => {
  c.header('cache-control', 'no-store')
  return c.json({ user: c.var.token.userId, orders: ['tea'] })
})

const server = serve({ fetch: app.fetch, port: servicePort, hostname: '127.0.0.1' }, () =>
  announceService(server),
)
