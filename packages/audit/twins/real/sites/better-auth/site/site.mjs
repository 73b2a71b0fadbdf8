// Express and better-auth, rendered on the server: users in SQLite, sessions in Redis as its secondary storage.
import { DatabaseSync } from 'node:sqlite'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node'
import express from 'express'
import { createClient } from 'redis'

const { TWIN_USERNAME, TWIN_PASSWORD, TWIN_NAME, TWIN_PORT, TWIN_SECRET, TWIN_REDIS } = process.env
const redis = await createClient({ url: TWIN_REDIS }).connect()

const auth = betterAuth({
  database: new DatabaseSync(':memory:'),
  secret: TWIN_SECRET,
  baseURL: `http://127.0.0.1:${TWIN_PORT}`,
  emailAndPassword: { enabled: true },
  telemetry: { enabled: false },
  secondaryStorage: {
    get: (key) => redis.get(key),
    getAndDelete: (key) => redis.getDel(key),
    set: (key, value, ttl) => redis.set(key, value, ttl ? { EX: ttl } : undefined),
    delete: async (key) => void (await redis.del(key)),
    async increment(key, ttl) {
      const [count] = await redis.multi().incr(key).expire(key, ttl, 'NX').exec()
      return Number(count)
    },
  },
})
await (await getMigrations(auth.options)).runMigrations()
const email = `${TWIN_USERNAME}@mail.example.com`
await auth.api.signUpEmail({ body: { name: TWIN_NAME, email, password: TWIN_PASSWORD } })

const app = express()
app.disable('x-powered-by')
app.all('/api/auth/{*any}', toNodeHandler(auth))
app.use(express.urlencoded({ extended: false }))

const page = (title, body) =>
  `<!doctype html><html lang="en"><title>${title}</title><body>${body}</body></html>`
const sessionOf = (req) => auth.api.getSession({ headers: fromNodeHeaders(req.headers) })

/** Calls better-auth for this request, and hands its cookies on. */
async function call(method, req, res, body) {
  const answer = await method({ headers: fromNodeHeaders(req.headers), body, asResponse: true })
  for (const cookie of answer.headers.getSetCookie()) res.append('Set-Cookie', cookie)
  return answer.ok
}

app.get('/', (_req, res) => res.send(page('Kitchen', '<h1>Kitchen</h1><a href="/sign-in">Sign in</a>')))

app.get('/sign-in', (_req, res) =>
  res.send(
    page(
      'Sign in',
      `<form method="post" action="/sign-in"><label>E-mail <input type="email" name="email"></label>
      <label>Password <input type="password" name="password"></label><button>Sign in</button></form>`,
    ),
  ),
)

app.post('/sign-in', async (req, res) => {
  const { email, password } = req.body
  const isIn = await call(auth.api.signInEmail, req, res, { email, password })
  res.redirect(303, isIn ? '/recipes' : '/sign-in')
})

app.get('/recipes', async (req, res) => {
  const session = await sessionOf(req)
  if (!session) return res.redirect('/sign-in')
  res.set('Cache-Control', 'no-store')
  res.send(
    page(
      'Recipes',
      `<h1>Recipes of ${session.user.name}</h1><p>None yet.</p>
      <form method="post" action="/sign-out"><button>Sign out</button></form>
      <p><a href="/devices">Your devices</a></p>`,
    ),
  )
})

app.get('/devices', async (req, res) => {
  const session = await sessionOf(req)
  if (!session) return res.redirect('/sign-in')
  const all = await auth.api.listSessions({ headers: fromNodeHeaders(req.headers) })
  res.set('Cache-Control', 'no-store')
  res.send(
    page(
      'Your devices',
      `<h1>Devices of ${session.user.name}</h1><ul>${all.map(({ createdAt }) => `<li>since ${createdAt}</li>`).join('')}</ul>
      <form method="post" action="/devices/sign-out"><button>Sign out of all devices</button></form>
      <form method="post" action="/sign-out"><button>Sign out</button></form>`,
    ),
  )
})

app.post('/sign-out', async (req, res) => {
  await call(auth.api.signOut, req, res)
  res.redirect(303, '/')
})

app.post('/devices/sign-out', async (req, res) => {
  await call(auth.api.revokeSessions, req, res)
  res.redirect(303, '/sign-in')
})

app.listen(Number(TWIN_PORT), '127.0.0.1')
