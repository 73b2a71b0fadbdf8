import express from 'express'
import { createSessions } from 'latchkey'
import { expressSession } from 'latchkey/express'
import { sqliteStore } from 'latchkey/sqlite'

const sessions = createSessions({
  store: sqliteStore('sessions.sqlite'),
  cookie: { name: '__Host-desk' }, // this application's own: cookies know no port
  idleTimeout: '20m',
})
const session = expressSession(sessions)
const app = express()
app.use(session.middleware)

app.post('/login', async (req, res) => {
  await session(req).login('user-1') // once the password is checked: a new token, the old one dead
  res.send('Welcome')
})
app.get('/me', (req, res) => res.json({ user: session(req).userId }))
app.post('/logout', async (req, res) => {
  await session(req).logout() // ended in the store, then the cookie removed
  res.send('Goodbye')
})
app.listen(Number(process.env.PORT ?? 3001))
