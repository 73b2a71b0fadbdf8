// Fastify with @fastify/session as its readme sets it up: a session for each visitor, rolling, kept in its memory store.
// What is typed goes to the server as it is typed, and is saved by the request that brings it.
import fastifyCookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import fastifySession from '@fastify/session'
import Fastify from 'fastify'
import { lastingStore } from './lasting-store.mjs'

const { TWIN_USERNAME, TWIN_PASSWORD, TWIN_NAME, TWIN_PORT, TWIN_SECRET, TWIN_FORM } = process.env

const app = Fastify()
app.register(formbody)
app.register(fastifyCookie)
app.register(fastifySession, {
  secret: TWIN_SECRET,
  cookieName: 'workbench',
  cookie: { path: '/', secure: false, httpOnly: true, sameSite: 'lax' },
  ...(TWIN_FORM === 'mended' ? { store: lastingStore() } : {}),
})
app.addHook('onSend', async (_request, reply) => void reply.header('Cache-Control', 'no-store'))

const html = (reply, title, body) =>
  reply.type('text/html; charset=utf-8').send(`<!doctype html><title>${title}</title><main>${body}</main>`)

app.get('/', (request, reply) =>
  html(
    reply,
    'Workbench',
    request.session.user ? '<a href="/projects">Projects</a>' : '<a href="/login">Log in</a>',
  ),
)

app.get('/login', (_request, reply) =>
  html(
    reply,
    'Log in',
    `<form method="post" action="/login"><label>E-mail or name <input name="login"></label>
    <label>Password <input name="password" type="password"></label><button>Log in</button></form>`,
  ),
)

app.post('/login', async (request, reply) => {
  const { login, password } = request.body
  if (login !== TWIN_USERNAME || password !== TWIN_PASSWORD) return reply.redirect('/login')
  await request.session.regenerate()
  request.session.user = TWIN_USERNAME
  return reply.redirect('/projects')
})

app.get('/projects', (request, reply) => {
  if (!request.session.user) return reply.redirect('/login')
  return html(
    reply,
    'Projects',
    `<h1>Projects of ${TWIN_NAME}</h1><form method="post" action="/draft">
    <textarea name="text">${request.session.draft ?? ''}</textarea><button>Keep as draft</button></form>
    <form method="post" action="/logout"><button>Log out</button></form>`,
  )
})

app.post('/draft', async (request, reply) => {
  if (!request.session.user) return reply.redirect('/login')
  request.session.draft = String(request.body.text ?? '').replace(/[<>&]/g, '')
  return reply.redirect('/projects')
})

app.post('/logout', async (request, reply) => {
  await request.session.destroy()
  return reply.redirect('/')
})

await app.listen({ port: Number(TWIN_PORT), host: '127.0.0.1' })
