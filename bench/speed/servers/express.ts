import type { RequestListener } from 'node:http'
import { promisify } from 'node:util'
import express, { type Request } from 'express'
import { expressSession as latchkeySession } from 'latchkey/express'
import { secret } from '../../peers.ts'
import { type ExpressSessionObject, expressSession } from '../../untyped.ts'
import { payloadOf, userOf } from '../payload.ts'
import { openSessions, type StoreName, signIn } from '../sessions.ts'
import type { Servers } from './index.ts'

export const expressServers: Servers = {
  bare() {
    const app = express()
    app.get('/me', (_request, response) => void response.json({ user: 'u-000001' }))
    return app
  },
  header() {
    const app = express()
    app.get(
      '/me',
      (request, response) => void response.json({ user: request.get('cookie') ? 'u-000001' : null }),
    )
    return app
  },
  'latchkey-memory': () => withSessions('memory'),
  'latchkey-sqlite': () => withSessions('sqlite'),
  'express-session'() {
    const app = express()
    app.use(expressSession({ secret, resave: false, saveUninitialized: false }))
    app.get('/me', (request, response) => void response.json({ user: sessionOf(request).user }))
    app.get('/login', async (request, response) => {
      const user = userOf(request.url)
      await promisify((done: (error?: Error) => void) => sessionOf(request).regenerate(done))()
      Object.assign(sessionOf(request), { user, ...payloadOf(user) })
      response.json({ user })
    })
    return app
  },
}

const sessionOf = (request: Request) => (request as Request & { session: ExpressSessionObject }).session

function withSessions(store: StoreName): RequestListener {
  const session = latchkeySession(openSessions(store))
  const app = express()
  app.use(session.middleware)
  app.get('/me', (request, response) => void response.json({ user: session(request).userId }))
  app.get('/login', async (request, response) => {
    await signIn(session(request), userOf(request.url))
    response.json({ user: session(request).userId })
  })
  return app
}
