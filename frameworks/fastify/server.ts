// Latchkey with Fastify 5. `npm run frameworks -- fastify` puts the package in; then: npm start
import formbody from '@fastify/formbody'
import fastify from 'fastify'
import { createSessions, memoryStore } from 'latchkey'
import { fastifySession } from 'latchkey/fastify'
import { accountPage, homePage, loginPage } from '../../examples/shared/pages.ts'
import { authenticate, demoPassword } from './accounts.ts'

interface Data {
  note: string
  role: 'user' | 'admin'
}

type Form<Field extends string> = { Body: Partial<Record<Field, string>> | undefined }

const sessions = createSessions<Data>({
  store: memoryStore(),
  cookie: { name: '__Host-fastify-example' }, // this application's own: cookies know no port
})
const session = fastifySession(sessions, { redirects: { session_ended: '/login' } })

const app = fastify()
await app.register(session.plugin)
await app.register(formbody)
app.addHook('onRequest', async (_request, reply) => void reply.type('text/html; charset=utf-8'))

app.get('/', (request) => homePage(session(request)))
app.get('/login', async () => loginPage())
app.post<Form<'username' | 'password'>>('/login', async (request, reply) => {
  const { username = '', password = '' } = request.body ?? {}
  const userId = await authenticate(username, password)
  if (!userId) return reply.code(401).send(loginPage('Wrong user name or password.'))
  await session(request).login(userId)
  return reply.redirect('/account', 303)
})
app.get('/account', (request) => {
  session(request).requireUser()
  return accountPage(session(request))
})
app.post<Form<'note'>>('/note', async (request, reply) => {
  session(request).requireUser()
  await session(request).set('note', request.body?.note ?? '')
  return reply.redirect('/account', 303)
})
app.post('/become-admin', async (request, reply) => {
  session(request).requireUser()
  await session(request).set('role', 'admin')
  await session(request).regenerate() // other privileges, another token
  return reply.redirect('/account', 303)
})
app.post('/logout', async (request, reply) => {
  await session(request).logout()
  return reply.redirect('/', 303)
})

const url = await app.listen({
  port: Number(process.env.PORT ?? 3001),
  host: process.env.HOST ?? '127.0.0.1',
})
console.log(`${url} (sign in as alice, password: ${demoPassword})`)
