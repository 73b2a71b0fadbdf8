// Express, express-session and passport-local, laid out as Passport's own example of a password login is.

import csrf from 'csurf'
import express from 'express'
import session from 'express-session'
import passport from 'passport'
import { Strategy } from 'passport-local'

const { TWIN_USERNAME, TWIN_PASSWORD, TWIN_NAME, TWIN_PORT, TWIN_SECRET } = process.env
const users = [{ id: 1, username: TWIN_USERNAME, password: TWIN_PASSWORD, name: TWIN_NAME }]

passport.use(
  new Strategy((username, password, done) => {
    const user = users.find((one) => one.username === username && one.password === password)
    done(null, user ?? false, { message: 'Incorrect username or password.' })
  }),
)
passport.serializeUser((user, done) => done(null, user.id))
passport.deserializeUser((id, done) => done(null, users.find((one) => one.id === id) ?? false))

const app = express()
app.disable('x-powered-by')
app.use(express.urlencoded({ extended: false }))
app.use(
  session({ secret: TWIN_SECRET, resave: false, saveUninitialized: false, cookie: { sameSite: 'lax' } }),
)
app.use(csrf())
app.use(passport.initialize())
app.use(passport.session())

const page = (title, body) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body>${body}</body></html>`
const field = (req) => `<input type="hidden" name="_csrf" value="${req.csrfToken()}">`

app.get('/', (req, res) => {
  if (!req.user)
    return res.send(page('Todos', '<h1>todos</h1><p>Get things done.</p><a href="/login">Sign in</a>'))
  res.redirect('/account')
})

app.get('/login', (req, res) => {
  res.send(
    page(
      'Sign in',
      `<h1>Sign in</h1><form action="/login/password" method="post">${field(req)}
      <label>Username <input name="username" type="text" autocomplete="username" required></label>
      <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
      <button type="submit">Sign in</button></form>`,
    ),
  )
})

app.post(
  '/login/password',
  passport.authenticate('local', { successRedirect: '/account', failureRedirect: '/login' }),
)

app.get('/account', (req, res) => {
  if (!req.user) return res.redirect('/login')
  res.set('Cache-Control', 'no-store')
  res.send(
    page(
      'Your todos',
      `<h1>Todos of ${req.user.name}</h1><ul><li>Water the plants</li></ul>
      <form action="/logout" method="post">${field(req)}<button type="submit">Sign out</button></form>`,
    ),
  )
})

app.post('/logout', (req, res, next) => {
  const done = (error) => (error ? next(error) : res.redirect('/'))
  // From 0.6 on it takes a callback; before, it was done when it returned.
  if (req.logout.length > 0) return req.logout(done)
  req.logout()
  done()
})

app.listen(Number(TWIN_PORT), '127.0.0.1')
