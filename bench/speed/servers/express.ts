import type { RequestListener } from 'node:http'
import { promisify } from 'node:util'
import { RedisStore } from 'connect-redis'
import express, { type Request } from 'express'
import { expressSession as latchkeySession } from 'latchkey/express'
import { nodeRedis, pgPool } from '../../backends/clients.ts'
import type { FloorRead } from '../../backends/floors.ts'
import type { StoreName } from '../../backends/stores.ts'
import { secret } from '../../peers.ts'
import { connectPgSimple, type ExpressSessionObject, expressSession } from '../../untyped.ts'
import { payloadOf, userOf } from '../payload.ts'
import { openSessions, signIn } from '../sessions.ts'
import { floorServers, latchkeyServers, type Servers } from './servers.ts'

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
  ...latchkeyServers(withSessions),
  ...floorServers(withFloor),
  'express-session': () => withPeer({}),
  'express-session-redis': async () => withPeer({ store: new RedisStore({ client: await nodeRedis() }) }),
  'express-session-postgres': async () => withPeer({ store: await pgStore({}) }),
  'express-session-postgres-no-touch': async () => withPeer({ store: await pgStore({ disableTouch: true }) }),
}

const pgStore = async (settings: { disableTouch?: boolean }) =>
  new (connectPgSimple(expressSession))({ pool: await pgPool(), createTableIfMissing: true, ...settings })

function withPeer(settings: { store?: unknown }): RequestListener {
  const app = express()
  app.use(expressSession({ secret, resave: false, saveUninitialized: false, ...settings }))
  app.get('/me', (request, response) => void response.json({ user: sessionOf(request).user }))
  app.get('/login', async (request, response) => {
    const user = userOf(request.url)
    await promisify((done: (error?: Error) => void) => sessionOf(request).regenerate(done))()
    Object.assign(sessionOf(request), { user, ...payloadOf(user) })
    response.json({ user })
  })
  return app
}

const sessionOf = (request: Request) => (request as Request & { session: ExpressSessionObject }).session

async function withSessions(name: StoreName): Promise<RequestListener> {
  const session = latchkeySession((await openSessions(name)).sessions)
  const app = express()
  app.use(session.middleware)
  app.get('/me', (request, response) => void response.json({ user: session(request).userId }))
  app.get('/login', async (request, response) => {
    await signIn(session(request), userOf(request.url))
    response.json({ user: session(request).userId })
  })
  return app
}

function withFloor(read: FloorRead): RequestListener {
  const app = express()
  app.get(
    '/me',
    async (_request, response) => void response.json({ user: (await read()) ? 'u-000001' : null }),
  )
  return app
}
