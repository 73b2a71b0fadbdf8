import { memoryStore, type SessionStore } from 'latchkey'
import { sqliteStore } from 'latchkey/sqlite'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { type CreateLimiter, redisLimiter } from '../security/limiters.ts'
import { openFile } from './files.ts'
import { connectPostgres } from './postgres.ts'
import { connectRedis } from './redis.ts'

/** Where sessions are; `with-data`: in the PostgreSQL of the console's own data, over the same connections. */
export type SessionPlace =
  | { readonly kind: 'with-data' }
  | { readonly kind: 'memory' }
  | { readonly kind: 'sqlite'; readonly path: string; readonly variable: string }
  | { readonly kind: 'redis'; readonly url: string }
  | { readonly kind: 'postgres'; readonly url: string }

export interface OpenedStore {
  readonly store: SessionStore
  /** Counts where the sessions are; null where that is no place to count. */
  readonly limiter: CreateLimiter | null
  /** Closes the connection under the store. Never rejects. */
  close(): Promise<void>
}

const variable = 'SESSION_STORE'
// Another application on the same server must not take the console's sessions for its own, nor the other way.
const prefix = 'latchkey:console:'
const table = 'console_sessions'

/**
 * @param pool of the console's own data, for `with-data`
 * @throws Error in one line that names the setting, when it cannot be used now
 */
export async function openSessionStore(
  place: SessionPlace,
  pool: Pool | null,
  log: Logger,
): Promise<OpenedStore> {
  if (place.kind === 'redis') {
    const { client, close } = await connectRedis(variable, place.url, log)
    const { redisStore } = await import('latchkey/redis')
    return { store: redisStore(client, { prefix }), limiter: redisLimiter(client, log), close }
  }
  if (place.kind === 'postgres') {
    const own = await connectPostgres(variable, place.url, log, migrateSessions)
    return { store: await storeIn(own.pool), limiter: null, close: own.close }
  }
  return { store: await localStore(place, pool, log), limiter: null, close: async () => {} }
}

async function localStore(
  place: Extract<SessionPlace, { kind: 'with-data' | 'memory' | 'sqlite' }>,
  pool: Pool | null,
  log: Logger,
): Promise<SessionStore> {
  if (place.kind === 'memory') return memoryStore()
  if (place.kind === 'sqlite') return openFile(place.variable, place.path, log, sqliteStore)
  if (!pool) throw new Error('Sessions are with the data only where those are in PostgreSQL.')
  return await storeIn(pool)
}

async function storeIn(pool: Pool): Promise<SessionStore> {
  const { postgresStore } = await import('latchkey/postgres')
  return postgresStore(pool, { table })
}

/** Makes the tables of sessions; several consoles may do so at once. */
export async function migrateSessions(pool: Pool): Promise<void> {
  const { migratePostgres } = await import('latchkey/postgres')
  await migratePostgres(pool, { table })
}
