/**
 * A store for @fastify/session over Latchkey's, and @fastify/session itself over Latchkey's stores and laws, for
 * applications that move over (docs/guides/fastify-session.md).
 * @module latchkey/fastify-session
 */
export {
  type FastifySessionStore,
  type FastifySessionStoreOptions,
  fastifySessionStore,
} from './fastify-store.ts'
export type { FastifySessionStoreOptions } from './store-options.ts'
