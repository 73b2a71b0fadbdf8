// The server of a mobile app, which keeps no cookie: node examples/tokens/mobile.ts
// mobile-client.ts is what the app does with it.
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { createSessions } from 'latchkey'
import { fetchSession } from 'latchkey/fetch'
import {
  createTokenGuard,
  endedFeed,
  fetchGuard,
  jwksRoute,
  newKeys,
  revocationRoute,
  tokenRoute,
  tokens,
} from 'latchkey/tokens'
import { z } from 'zod'
import { authenticate } from '../shared/accounts.ts'
import { announce, port } from '../shared/announce.ts'
import { audience, issuer, tokenAnswer } from './agreed.ts'
import { openStore } from './store.ts'

const store = await openStore()
// An application keeps its keys, or a restart ends all tokens: npx latchkey-keys new keys.json, keysFromFile('keys.json').
const keys = await newKeys()
const issuing = tokens({ issuer, keys, refresh: { policy: 'refresh' } })
const sessions = createSessions({
  store,
  tokens: issuing,
  policies: {
    device: { idleTimeout: '30d', absoluteTimeout: '90d' },
    refresh: { idleTimeout: '30d', absoluteTimeout: '90d' },
  },
  cookie: { name: '__Host-mobile-example' },
})
const credentials = z.object({ username: z.string(), password: z.string() })

// A page of another origin is refused here, as by every route with a session.
const signIn = fetchSession(sessions, async (request, session) => {
  const given = credentials.safeParse(await request.json().catch(() => null))
  const userId = given.success && (await authenticate(given.data.username, given.data.password))
  if (!userId) return Response.json({ error: 'wrong user name or password' }, { status: 401 })
  await session.login(userId, { policy: 'device', methods: ['pwd'] })
  const asked = { audience, clientId: 'mobile', scope: ['orders:read'] }
  const refresh = await session.refreshToken(asked)
  return tokenAnswer(await session.accessToken(asked), refresh.token)
})

// The store of the sessions in the same process: their endings are known at once.
const guard = createTokenGuard({ issuer, audience, keys, revocations: endedFeed(store) })
const orders = fetchGuard(
  guard,
  (_request, token) =>
    Response.json({ user: token.userId, orders: ['tea'] }, { headers: { 'cache-control': 'no-store' } }),
  { scope: ['orders:read'] },
)
// Both look at no cookie, and without `cors` no page of another origin can read what they answer. Both, and the sign-in,
// belong behind a rate limit.
const [token, revoke, jwks] = [tokenRoute(sessions), revocationRoute(sessions), jwksRoute(issuing)]

const app = new Hono()
app.post('/sign-in', async (c) => {
  const answer = await signIn(c.req.raw)
  // The app keeps the refresh token in place of the session's cookie.
  answer.headers.delete('set-cookie')
  return answer
})
app.post('/token', (c) => token(c.req.raw))
app.post('/revoke', (c) => revoke(c.req.raw))
app.get('/.well-known/jwks.json', (c) => jwks(c.req.raw))
app.get('/orders', (c) => orders(c.req.raw))

const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, () => announce(server))
