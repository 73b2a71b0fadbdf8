// Hono on Deno, whose Cache API its middleware needs: a page that is dear to make, kept for a minute, varying by cookie.
import { Hono } from 'hono'
import { cache } from 'hono/cache'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'

const { TWIN_USERNAME, TWIN_PASSWORD, TWIN_NAME, TWIN_PORT } = process.env
const sessions = new Map()
const userOf = (c) => sessions.get(getCookie(c, 'reports'))

const app = new Hono()

app.get('/', (c) =>
  c.html('<!doctype html><title>Reports</title><h1>Reports</h1><a href="/login">Log in</a>'),
)

app.get('/login', (c) =>
  c.html(
    `<!doctype html><title>Log in</title><form method="post" action="/login">
    <label>User <input name="username"></label><label>Password <input name="password" type="password"></label>
    <button>Log in</button></form>`,
  ),
)

app.post('/login', async (c) => {
  const { username, password } = await c.req.parseBody()
  if (username !== TWIN_USERNAME || password !== TWIN_PASSWORD) return c.redirect('/login', 303)
  const id = crypto.randomUUID() + crypto.randomUUID()
  sessions.set(id, username)
  setCookie(c, 'reports', id, { path: '/', httpOnly: true, sameSite: 'Lax' })
  return c.redirect('/yours', 303)
})

app.get(
  '/yours',
  cache({ cacheName: `reports-${TWIN_PORT}`, wait: true, cacheControl: 'max-age=60' }),
  (c) => {
    c.header('Vary', 'Cookie')
    if (!userOf(c)) return c.redirect('/login')
    return c.html(
      `<!doctype html><title>Your reports</title><h1>Reports of ${TWIN_NAME}</h1><p>1,204 rows were added up.</p>
    <form method="post" action="/logout"><button>Log out</button></form>`,
    )
  },
)

app.post('/logout', (c) => {
  sessions.delete(getCookie(c, 'reports'))
  deleteCookie(c, 'reports', { path: '/' })
  return c.redirect('/', 303)
})

Deno.serve({ port: Number(TWIN_PORT), hostname: '127.0.0.1', onListen() {} }, app.fetch)
