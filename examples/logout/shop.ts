import { Hono } from 'hono'
import { createSessions, memoryStore } from 'latchkey'
import { honoSession, type SessionVariables } from 'latchkey/hono'
import { backChannelLogoutRoute, providerLogout } from 'latchkey/logout'
import * as client from 'openid-client'

export async function createShop(issuer: string, origin: string, clientId: string, secret: string) {
  const config = await client.discovery(new URL(issuer), clientId, secret)
  const { jwks_uri: jwks = '', end_session_endpoint: endSessionEndpoint = '' } = config.serverMetadata()

  const sessions = createSessions<{ state: string; verifier: string; idToken: string }>({
    store: memoryStore(),
    cookie: { name: '__Host-signed-on', sameSite: 'Lax' }, // the provider leads back here by a link of its own
  })
  const app = new Hono<{
    Variables: SessionVariables<{ state: string; verifier: string; idToken: string }>
  }>()

  // Before the session's middleware: whoever calls has no cookie of ours.
  const logout = backChannelLogoutRoute(sessions, { providers: [{ issuer, audience: clientId, jwks }] })
  app.post('/backchannel-logout', (c) => logout(c.req.raw))

  app.use(honoSession(sessions))
  app.get('/login', async (c) => {
    const [state, verifier] = [client.randomState(), client.randomPKCECodeVerifier()]
    await c.var.session.set({ state, verifier })
    const code_challenge = await client.calculatePKCECodeChallenge(verifier)
    const to = { scope: 'openid', redirect_uri: `${origin}/callback`, state, code_challenge }
    return c.redirect(client.buildAuthorizationUrl(config, { ...to, code_challenge_method: 'S256' }).href)
  })
  app.get('/callback', async (c) => {
    const { session } = c.var
    const [expectedState, pkceCodeVerifier] = [session.get('state') ?? '', session.get('verifier') ?? '']
    const checks = { expectedState, pkceCodeVerifier, idTokenExpected: true }
    const came = new URL(`/callback${new URL(c.req.url).search}`, origin) // as browsers see it, before any proxy
    const tokens = await client.authorizationCodeGrant(config, came, checks)
    const { iss, sub, sid, iat } = tokens.claims() as client.IDToken
    const from = { issuer: iss, subject: sub, iat, ...(typeof sid === 'string' && { sid }) }
    await session.login(sub, { from }) // a user id of your own, if you have one for this subject
    await session.set('idToken', tokens.id_token ?? '')
    return c.redirect('/')
  })

  const there = providerLogout({ endSessionEndpoint, clientId, returnTo: [`${origin}/`] })
  app.post('/logout', async (c) => {
    const idToken = c.var.session.get('idToken')
    return c.redirect(await there.leave(c.var.session, { idToken }), 303)
  })
  app.get('/', (c) => c.text(c.var.session.userId ?? 'nobody'))
  return { app, sessions }
}
