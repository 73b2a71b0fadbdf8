import type { RequestListener } from 'node:http'
import fastifyCookie from '@fastify/cookie'
import fastifySession from '@fastify/session'
import { RedisStore } from 'connect-redis'
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { fastifySession as latchkeySession } from 'latchkey/fastify'
import { nodeRedis } from '../../backends/clients.ts'
import type { FloorRead } from '../../backends/floors.ts'
import type { StoreName } from '../../backends/stores.ts'
import { secret } from '../../peers.ts'
import type { FastifySessionObject } from '../../untyped.ts'
import { payloadOf, userOf } from '../payload.ts'
import { openSessions, signIn } from '../sessions.ts'
import { floorServers, latchkeyServers, type Servers } from './servers.ts'

export const fastifyServers: Servers = {
  bare() {
    const app = fastify()
    app.get('/me', () => ({ user: 'u-000001' }))
    return listenerOf(app)
  },
  header() {
    const app = fastify()
    app.get('/me', (request) => ({ user: request.headers.cookie ? 'u-000001' : null }))
    return listenerOf(app)
  },
  ...latchkeyServers(withSessions),
  ...floorServers(withFloor),
  'fastify-session': () => withPeer({}),
  'fastify-session-not-rolling': () => withPeer({ rolling: false }),
  'fastify-session-redis': async () => withPeer({ store: await redisStore() }),
  'fastify-session-redis-not-rolling': async () => withPeer({ store: await redisStore(), rolling: false }),
}

async function withSessions(name: StoreName): Promise<RequestListener> {
  const session = latchkeySession((await openSessions(name)).sessions)
  const app = fastify()
  await app.register(session.plugin)
  app.get('/me', (request) => ({ user: session(request).userId }))
  app.get('/login', async (request) => {
    await signIn(session(request), userOf(request.url))
    return { user: session(request).userId }
  })
  return listenerOf(app)
}

function withFloor(read: FloorRead): Promise<RequestListener> {
  const app = fastify()
  app.get('/me', async () => ({ user: (await read()) ? 'u-000001' : null }))
  return listenerOf(app)
}

/** The store that @fastify/session's documentation names for Redis. */
const redisStore = async () => new RedisStore({ client: await nodeRedis() })

function withPeer(settings: { rolling?: boolean; store?: RedisStore }): Promise<RequestListener> {
  const app = fastify()
  app.register(fastifyCookie)
  app.register(fastifySession, { secret, cookie: { secure: false }, ...settings })
  app.register(async (routes) => {
    routes.get('/me', (request) => ({ user: sessionOf(request).get('user') }))
    routes.get('/login', async (request) => {
      const user = userOf(request.url)
      await sessionOf(request).regenerate()
      for (const [key, value] of Object.entries({ user, ...payloadOf(user) }))
        sessionOf(request).set(key, value)
      return { user }
    })
  })
  return listenerOf(app)
}

const sessionOf = (request: FastifyRequest) => request.session as unknown as FastifySessionObject

async function listenerOf(app: FastifyInstance): Promise<RequestListener> {
  await app.ready()
  return (request, response) => app.routing(request, response)
}
