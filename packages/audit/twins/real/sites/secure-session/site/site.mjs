// Fastify with @fastify/secure-session: the session lives in a sealed cookie, and signing out deletes it.
import formbody from '@fastify/formbody'
import secureSession from '@fastify/secure-session'
import Fastify from 'fastify'

const { TWIN_USERNAME, TWIN_PASSWORD, TWIN_NAME, TWIN_PORT, TWIN_SECRET } = process.env

const app = Fastify()
app.register(formbody)
app.register(secureSession, {
  sessionName: 'session',
  cookieName: 'notes-session',
  key: Buffer.from(TWIN_SECRET, 'hex'),
  // Seconds. Versions before 7.3 know no such option.
  expiry: 40,
  cookie: { path: '/', httpOnly: true, sameSite: 'lax' },
})

const html = (reply, title, body) =>
  reply
    .type('text/html; charset=utf-8')
    .header('Cache-Control', 'no-store')
    .send(`<!doctype html><title>${title}</title><main>${body}</main>`)

app.get('/', (_request, reply) =>
  html(reply, 'Notes', '<h1>Notes</h1><p>Write it down. <a href="/login">Log in</a></p>'),
)

app.get('/login', (_request, reply) =>
  html(
    reply,
    'Log in',
    `<form method="post" action="/login"><label>User <input name="user"></label>
    <label>Password <input name="password" type="password"></label><button>Log in</button></form>`,
  ),
)

app.post('/login', (request, reply) => {
  const { user, password } = request.body
  if (user !== TWIN_USERNAME || password !== TWIN_PASSWORD) return reply.redirect('/login')
  request.session.set('user', user)
  return reply.redirect('/notes')
})

app.get('/notes', (request, reply) => {
  if (!request.session.get('user')) return reply.redirect('/login')
  return html(
    reply,
    'Your notes',
    `<h1>Notes of ${TWIN_NAME}</h1><p>You have not written anything yet.</p>
    <form method="post" action="/logout"><button>Log out</button></form>`,
  )
})

app.post('/logout', (request, reply) => {
  request.session.delete()
  return reply.redirect('/')
})

await app.listen({ port: Number(TWIN_PORT), host: '127.0.0.1' })
