import type { Duration } from '../../policies/duration.ts'
import type { SessionStore } from '../../store.ts'
import type { FormerStore } from '../former-store.ts'

export interface FastifySessionStoreOptions {
  /** `memoryStore()`, `sqliteStore`, `redisStore`, `postgresStore`, or any other that keeps `storeLaws`. */
  readonly store: SessionStore
  /**
   * The store that @fastify/session had: its live sessions are taken over at their first request, with the ID and the cookie
   * that they have, so that nobody is signed out. Once: what a process of before writes there again is believed no more.
   */
  readonly formerly?: FormerStore | undefined
  /** How long a session lives unused. Default: the `maxAge` of its cookie, and without one 30 minutes. */
  readonly idleTimeout?: Duration | undefined
  /** How long it lives in all (ASVS 7.3.2). Default: 8 hours, or the idle timeout where that is longer. */
  readonly absoluteTimeout?: Duration | undefined
  /** How long the store may take for one operation. Default 2 seconds. */
  readonly storeTimeout?: Duration | undefined
  /** How often ended sessions are removed from stores that do not expire by themselves. Default 5 minutes. */
  readonly sweepInterval?: Duration | false | undefined
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: (() => number) | undefined
  /** Default `console.warn`. */
  readonly warn?: ((message: string) => void) | undefined
}
