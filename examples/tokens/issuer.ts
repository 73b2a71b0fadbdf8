// Gives who is signed in by a cookie tokens for another service: node examples/tokens/issuer.ts
// Beside it runs one of the services that take them, offline.ts or feed.ts.
import { serve } from '@hono/node-server'
import { createSessions } from 'latchkey'
import { fetchSession } from 'latchkey/fetch'
import { jwksRoute, newKeys, tokens } from 'latchkey/tokens'
import { authenticate } from '../shared/accounts.ts'
import { announce, port } from '../shared/announce.ts'
import { bareAccountPage, homePage, loginPage, pageHeaders } from '../shared/pages.ts'
import { audience, issuer, tokenAnswer } from './agreed.ts'
import { openStore } from './store.ts'

// An application keeps its keys, or a restart ends all tokens: npx latchkey-keys new keys.json, keysFromFile('keys.json').
const issuing = tokens({ issuer, keys: await newKeys() })
const sessions = createSessions({
  store: await openStore(),
  tokens: issuing,
  cookie: { name: '__Host-issuer-example' },
})
const jwks = jwksRoute(issuing)

const handle = fetchSession(sessions, async (request, session) => {
  const route = `${request.method} ${new URL(request.url).pathname}`
  if (route === 'GET /') return show(homePage(session))
  if (route === 'GET /login') return show(loginPage())
  if (route === 'POST /login') {
    const form = await request.formData()
    const userId = await authenticate(String(form.get('username')), String(form.get('password')))
    if (!userId) return show(loginPage('Wrong user name or password.'), 401)
    await session.login(userId)
    return redirect('/account')
  }
  // By POST, which sessions refuse from pages of other origins; and they could not read the answer (no CORS).
  if (route === 'POST /access-token') {
    session.requireUser()
    const asked = { audience, clientId: 'issuer-example', scope: ['orders:read'] }
    return tokenAnswer(await session.accessToken(asked))
  }
  if (!session.userId) return redirect('/login')
  if (route === 'GET /account') return show(bareAccountPage(session))
  if (route !== 'POST /logout') return new Response('Not found', { status: 404 })
  await session.logout()
  return redirect('/')
})

function show(html: string, status = 200): Response {
  return new Response(html, { status, headers: pageHeaders })
}

function redirect(location: string): Response {
  return new Response(null, { status: 303, headers: { location } })
}

const fetch = (request: Request) =>
  new URL(request.url).pathname === '/.well-known/jwks.json' ? jwks(request) : handle(request)
const server = serve({ fetch, port, hostname: '127.0.0.1' }, () => announce(server))
