/**
 * A store for @fastify/session over Latchkey's, and @fastify/session itself over Latchkey's stores and laws, for
 * applications that move over (docs/guides/fastify-session.md).
 * @module latchkey/fastify-session
 */
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
  type SessionData,
  sessionOf,
  sessionsOf,
} from './plugin.ts'
export type { FastifySessionOptions, FastifyTakeOver, FormerSigner } from './plugin-options.ts'
export { FastifySessionObject } from './session-object.ts'
export type { FastifySessionStoreOptions } from './store-options.ts'
