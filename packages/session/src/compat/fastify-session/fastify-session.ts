/**
 * A store for @fastify/session over Latchkey's, and @fastify/session itself over Latchkey's stores and laws, for
 * applications that move over (docs/guides/fastify-session.md).
 * @module latchkey/fastify-session
 */
import { FastifySessionObject } from './session-object.ts'

export { Cookie, type CookieOptions } from '../express-session/cookie.ts'
export { MemoryStore } from '../express-session/session-store.ts'
export type { FormerStore } from '../former-store.ts'
export type { Callback } from '../session-object.ts'
export type { CookieSecret } from '../signed-cookie.ts'
export { type FastifySessionStore, fastifySessionStore } from './fastify-store.ts'
export {
  type DecryptSession,
  fastifySession,
  fastifySession as default,
  sessionsOf,
} from './plugin.ts'
export type { FastifySessionOptions, FastifyTakeOver, FormerSigner } from './plugin-options.ts'
export type { FastifySessionStoreOptions } from './store-options.ts'
export { FastifySessionObject }

// Declared here, so that applications can add to it.
/** The values of the application's sessions: `declare module 'latchkey/fastify-session' { interface SessionData { … } }`. */
// biome-ignore lint/suspicious/noEmptyInterface: applications fill it.
export interface SessionData {}

/**
 * The session of a request, typed; `request.session` is the same.
 * @throws Error that names the line to write, where the request has none
 */
export function sessionOf(request: object): FastifySessionObject & Partial<SessionData> {
  const { session } = request as { session?: unknown }
  if (session instanceof FastifySessionObject) return session
  throw new Error(
    'This request has no session (any more): await app.register(fastifySession, { store }) before the route, within its ' +
      "cookie's path, and ask before destroy.",
  )
}
