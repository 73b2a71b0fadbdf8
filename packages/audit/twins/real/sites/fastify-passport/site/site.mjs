// Fastify with @fastify/session and @fastify/passport, and a cookie for those who only look around.
import fastifyCookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import { Authenticator } from '@fastify/passport'
import fastifySession from '@fastify/session'
import Fastify from 'fastify'
import { Strategy } from 'passport-local'

const { TWIN_USERNAME, TWIN_PASSWORD, TWIN_NAME, TWIN_PORT, TWIN_SECRET } = process.env
const user = { id: 'u1', username: TWIN_USERNAME, name: TWIN_NAME }

const app = Fastify()
const passport = new Authenticator()
app.register(formbody)
app.register(fastifyCookie)
app.register(fastifySession, {
  secret: TWIN_SECRET,
  cookie: { secure: false, httpOnly: true, sameSite: 'lax', path: '/' },
})
app.register(passport.initialize())
app.register(passport.secureSession())
passport.use(
  'local',
  new Strategy((username, password, done) => {
    const isRight = username === TWIN_USERNAME && password === TWIN_PASSWORD
    done(null, isRight ? user : false)
  }),
)
passport.registerUserSerializer(async ({ id }) => id)
passport.registerUserDeserializer(async (id) => (id === user.id ? user : null))

const html = (reply, title, body) =>
  reply
    .type('text/html; charset=utf-8')
    .header('Cache-Control', 'no-store')
    .send(`<!doctype html><title>${title}</title><main>${body}</main>`)

app.get('/', (request, reply) =>
  html(
    reply,
    'Harbour Library',
    request.user
      ? `<p>Hello ${request.user.name}. <a href="/loans">My loans</a></p>`
      : '<p>Search our catalogue, or <a href="/signin">sign in</a> to see what you borrowed.</p>',
  ),
)

app.get('/signin', (_request, reply) =>
  html(
    reply,
    'Sign in',
    `<form method="post" action="/signin"><p><input name="username" placeholder="Card number">
    <p><input name="password" type="password" placeholder="PIN"><p><button>Sign in</button></form>`,
  ),
)

app.post('/signin', {
  preValidation: passport.authenticate('local', { successRedirect: '/loans', failureRedirect: '/signin' }),
  handler: async () => {},
})

app.get('/loans', (request, reply) => {
  if (!request.user) return reply.redirect('/signin')
  return html(
    reply,
    'My loans',
    `<h1>Loans of ${request.user.name}</h1><p>Nothing is due.</p>
    <form method="post" action="/signout"><button>Sign out</button></form>`,
  )
})

app.post('/signout', async (request, reply) => {
  await request.logOut()
  await request.session.destroy()
  return reply.redirect('/')
})

await app.listen({ port: Number(TWIN_PORT), host: '127.0.0.1' })
