import fastifyCookie from '@fastify/cookie'
import fastifySession from '@fastify/session'
import fastify, { type FastifyRequest } from 'fastify'
import { secret } from '../../peers.ts'
import type { FastifySessionObject } from '../../untyped.ts'
import { type Handle, keys, respond } from '../app.ts'
import type { Stack } from '../site.ts'

/** @fastify/session with its memory store; `secure: false` as its documentation says for plain http. */
export function fastifySessionStack(settings: { rolling?: boolean }): Stack {
  return {
    name: `@fastify/session ${JSON.stringify(settings)}`,
    async start(gates) {
      const app = fastify()
      await app.register(fastifyCookie)
      await app.register(fastifySession, { secret, cookie: { secure: false }, ...settings })
      app.get('/*', (request) => respond(request.url, handleOf(request), gates))
      await app.ready()
      return { listener: (request, response) => app.routing(request, response), close: () => app.close() }
    },
  }
}

function handleOf(request: FastifyRequest): Handle {
  const session = () => request.session as unknown as FastifySessionObject
  return {
    user: () => (session().get('user') as string | undefined) ?? null,
    get: (key) => session().get(key),
    set: (key, value) => session().set(key, value),
    increment: (key) => session().set(key, Number(session().get(key) ?? 0) + 1),
    async login(user) {
      await session().regenerate()
      session().set('user', user)
    },
    rotate: () => session().regenerate(['user', ...keys]),
    logout: () => session().destroy(),
  }
}
