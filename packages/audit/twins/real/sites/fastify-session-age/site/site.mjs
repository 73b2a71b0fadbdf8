// Fastify with @fastify/session, for which a session that nobody uses for half a minute is over.
import fastifyCookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import fastifySession from '@fastify/session'
import Fastify from 'fastify'

const { TWIN_USERNAME, TWIN_PASSWORD, TWIN_NAME, TWIN_PORT, TWIN_SECRET } = process.env

const app = Fastify()
app.register(formbody)
app.register(fastifyCookie)
app.register(fastifySession, {
  secret: TWIN_SECRET,
  cookieName: 'ferry',
  saveUninitialized: false,
  cookie: { path: '/', secure: false, httpOnly: true, sameSite: 'lax', maxAge: 30_000 },
})
app.addHook('onSend', async (_request, reply) => void reply.header('Cache-Control', 'no-store'))

const html = (reply, title, body) =>
  reply.type('text/html; charset=utf-8').send(`<!doctype html><title>${title}</title><main>${body}</main>`)

app.get('/', (_request, reply) => html(reply, 'Ferry', '<a href="/login">Log in</a>'))

app.get('/login', (_request, reply) =>
  html(
    reply,
    'Log in',
    `<form method="post" action="/login"><label>Name <input name="name"></label>
    <label>Password <input name="password" type="password"></label><button>Log in</button></form>`,
  ),
)

app.post('/login', async (request, reply) => {
  const { name, password } = request.body
  if (name !== TWIN_USERNAME || password !== TWIN_PASSWORD) return reply.redirect('/login')
  await request.session.regenerate()
  request.session.user = TWIN_USERNAME
  return reply.redirect('/tickets')
})

app.get('/tickets', (request, reply) => {
  if (!request.session.user) return reply.redirect('/login')
  return html(
    reply,
    'Tickets',
    `<h1>Tickets of ${TWIN_NAME}</h1><form method="post" action="/logout"><button>Log out</button></form>`,
  )
})

app.post('/logout', async (request, reply) => {
  await request.session.destroy()
  return reply.redirect('/')
})

await app.listen({ port: Number(TWIN_PORT), host: '127.0.0.1' })
