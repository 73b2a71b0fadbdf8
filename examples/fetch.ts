// Latchkey with the fetch standard's Request and Response: node examples/fetch.ts
// The handler is what Deno, Bun and others serve as it is; here Hono's server carries it on Node.
import { serve } from '@hono/node-server'
import { createSessions, memoryStore, type Session } from 'latchkey'
import { fetchSession } from 'latchkey/fetch'
import { authenticate, type ExampleData } from './shared/accounts.ts'
import { announce, port } from './shared/announce.ts'
import { accountPage, homePage, loginPage, pageHeaders } from './shared/pages.ts'

const sessions = createSessions<ExampleData>({
  store: memoryStore(),
  idleTimeout: '30m',
  absoluteTimeout: '8h',
  // A name for each application on a host: cookies know no port.
  cookie: { name: '__Host-fetch-example' },
})

const handle = fetchSession(sessions, async (request, session) => {
  const route = `${request.method} ${new URL(request.url).pathname}`
  if (route === 'GET /') return show(homePage(session))
  if (route === 'GET /login') return show(loginPage())
  if (route === 'POST /login') return login(request, session)
  return session.userId ? signedIn(route, request, session) : redirect('/login')
})

async function login(request: Request, session: Session<ExampleData>): Promise<Response> {
  const form = await request.formData()
  const userId = await authenticate(String(form.get('username')), String(form.get('password')))
  if (!userId) return show(loginPage('Wrong user name or password.'), 401)
  await session.login(userId)
  return redirect('/account')
}

async function signedIn(route: string, request: Request, session: Session<ExampleData>): Promise<Response> {
  switch (route) {
    case 'GET /account':
      return show(accountPage(session))
    case 'POST /note':
      await session.set('note', String((await request.formData()).get('note') ?? ''))
      return redirect('/account')
    case 'POST /become-admin':
      await session.set('role', 'admin')
      await session.regenerate()
      return redirect('/account')
    case 'POST /logout':
      await session.logout()
      return redirect('/')
    default:
      return new Response('Not found', { status: 404 })
  }
}

function show(html: string, status = 200): Response {
  return new Response(html, { status, headers: pageHeaders })
}

function redirect(location: string): Response {
  return new Response(null, { status: 303, headers: { location } })
}

const server = serve({ fetch: (request) => handle(request), port, hostname: '127.0.0.1' }, () =>
  announce(server),
)
