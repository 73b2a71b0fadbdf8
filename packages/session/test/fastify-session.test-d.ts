import { memoryStore } from 'latchkey'
import type plugin from 'latchkey/fastify-session'
import {
  type FastifySessionObject,
  type FastifySessionOptions,
  type fastifySession,
  fastifySessionStore,
  type SessionData,
  sessionOf,
} from 'latchkey/fastify-session'
import { same } from './same.ts'

declare module 'latchkey/fastify-session' {
  interface SessionData {
    declaredHere: { views: number }
  }
}

export function values(request: object) {
  same<typeof plugin, typeof fastifySession>()
  const own = sessionOf(request)
  same<FastifySessionObject & Partial<SessionData>, typeof own>()
  own.declaredHere = { views: (own.declaredHere?.views ?? 0) + 1 }
  same<string, typeof own.sessionId>()
  // @ts-expect-error: a value that nobody has declared
  own.undeclared = 1
  // @ts-expect-error: another type
  own.declaredHere = 1
  return own.regenerate()
}

export function options() {
  const store = memoryStore()
  const kept: FastifySessionOptions = { store, cookieName: '__Host-shop', idleTimeout: undefined }
  // @ts-expect-error: there is no store
  const none: FastifySessionOptions = {}
  // @ts-expect-error: a store of the plugin's kind
  const theirs: FastifySessionOptions = { store: fastifySessionStore({ store }) }
  fastifySessionStore({ store, idleTimeout: '20m', absoluteTimeout: undefined })
  // @ts-expect-error: no duration
  fastifySessionStore({ store, idleTimeout: '20 minutes' })
  // @ts-expect-error: no such option
  fastifySessionStore({ store, ttl: 60 })
  return [kept, none, theirs]
}
