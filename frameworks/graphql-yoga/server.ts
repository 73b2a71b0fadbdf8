// Latchkey with GraphQL Yoga 5. `npm run frameworks -- graphql-yoga` puts the package in; then: npm start
// The API is at /graphql; the pages ask it in this process, each with the session of its request.
import { serve } from '@hono/node-server'
import { fetchSession } from 'latchkey/fetch'
import { demoPassword } from './accounts.ts'
import { api, type Context, sessions } from './api.ts'
import { type Account, accountPage, homePage, loginPage } from './pages.ts'

interface Result {
  readonly data?: { readonly account?: Account; readonly login?: boolean } | null
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[]
}

/** Asks the API; a session that has ended sends users to the sign-in. */
async function ask(context: Context, query: string, variables: object = {}) {
  const answer = await api.fetch(
    'http://localhost/graphql',
    {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
      body: JSON.stringify({ query, variables }),
    },
    context,
  )
  const { data, errors }: Result = await answer.json()
  const [error] = errors ?? []
  if (error?.extensions?.code === 'session_ended') throw seeOther('/login')
  if (error) throw new Response(error.message, { status: answer.status })
  return data ?? {}
}

const html = (body: string, status = 200) =>
  new Response(body, { status, headers: { 'content-type': 'text/html; charset=utf-8' } })

const seeOther = (location: string) => new Response(null, { status: 303, headers: { location } })

const formOf = async (request: Request) => Object.fromEntries(new URLSearchParams(await request.text()))

type Page = (context: Context, request: Request) => Response | Promise<Response>

const pages: Readonly<Record<string, Page>> = {
  'GET /': ({ session }) => html(homePage(session.userId)),
  'GET /login': () => html(loginPage()),
  async 'POST /login'(context, request) {
    const { username = '', password = '' } = await formOf(request)
    const query =
      'mutation ($username: String!, $password: String!) { login(username: $username, password: $password) }'
    const { login } = await ask(context, query, { username, password })
    return login ? seeOther('/account') : html(loginPage('Wrong user name or password.'), 401)
  },
  async 'GET /account'(context) {
    const { account } = await ask(context, '{ account { userId role note } }')
    return account ? html(accountPage(account)) : seeOther('/login')
  },
  async 'POST /note'(context, request) {
    const { note = '' } = await formOf(request)
    await ask(context, 'mutation ($note: String!) { keepNote(note: $note) { note } }', { note })
    return seeOther('/account')
  },
  async 'POST /become-admin'(context) {
    await ask(context, 'mutation { becomeAdmin { role } }')
    return seeOther('/account')
  },
  async 'POST /logout'(context) {
    await ask(context, 'mutation { logout }')
    return seeOther('/')
  },
}

const handle = fetchSession(sessions, async (request, session) => {
  const { pathname } = new URL(request.url)
  if (pathname === '/graphql') return api.fetch(request, { session })
  const page = pages[`${request.method} ${pathname}`]
  return page ? page({ session }, request) : html('Not found.', 404)
})

/** Pages are left by throwing where to go. */
const fetch = (request: Request) =>
  handle(request).catch((error) => {
    if (error instanceof Response) return error
    throw error
  })

serve(
  { fetch, port: Number(process.env.PORT ?? 3001), hostname: process.env.HOST ?? '127.0.0.1' },
  ({ port }) => console.log(`http://127.0.0.1:${port} (sign in as alice, password: ${demoPassword})`),
)
