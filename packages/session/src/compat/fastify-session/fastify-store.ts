import { startSweeping } from '../../ending/sweeping.ts'
import { safeWarn } from '../../events/listener.ts'
import { refuseUnknown } from '../../known-options.ts'
import { createKeptSessions, type PluginSession } from './kept-sessions.ts'
import type { FastifySessionStoreOptions } from './store-options.ts'

type Done = (error?: unknown) => void

/** What @fastify/session calls. */
export interface FastifySessionStore {
  /** Writes what has changed since `get`: `session_ended` where the session has ended since. */
  set(id: string, session: object, done: Done): void
  /** The live session; null for none. */
  // biome-ignore lint/suspicious/noExplicitAny: as @fastify/session declares it, so that its callbacks fit.
  get(id: string, done: (error: any, session?: any) => void): void
  /** Ends the session for good. */
  destroy(id: string, done: Done): void
  /** Stops sweeping and closes the store. */
  close(): Promise<void>
}

const known = {
  store: true,
  formerly: true,
  idleTimeout: true,
  absoluteTimeout: true,
  storeTimeout: true,
  sweepInterval: true,
  now: true,
  warn: true,
} as const

/**
 * A store for @fastify/session over one of Latchkey's: a session that has ended is not revived by a request that had read
 * it before (`session_ended`, 401), requests at once that change different values lose nothing to each other, sessions end
 * by both timeouts, and who reads the store has nobody's cookie.
 * @throws SessionError `config_invalid`
 */
export function fastifySessionStore(options: FastifySessionStoreOptions): FastifySessionStore {
  refuseUnknown('fastifySessionStore', options, known)
  const { store, sweepInterval = '5m', now = Date.now, warn = console.warn } = options
  const sessions = createKeptSessions(options)
  const sweeping = startSweeping(store, sweepInterval, now, safeWarn(warn))
  return {
    set(id, session, done) {
      sessions.write(id, session as PluginSession).then(() => done(), done)
    },
    get(id, done) {
      sessions.read(id).then((session) => done(null, session), done)
    },
    destroy(id, done) {
      sessions.end(id).then(() => done(), done)
    },
    async close() {
      sweeping.stop()
      await store.close?.()
    },
  }
}
