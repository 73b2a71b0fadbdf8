import type { SessionStore } from 'latchkey'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { Database } from '../data/database.ts'
import { postgresDatabase } from '../data/postgres.ts'
import { migrateData } from '../data/postgres-schema.ts'
import { openSqlite } from '../data/sqlite.ts'
import { type CreateLimiter, memoryLimiter, postgresLimiter } from '../security/limiters.ts'
import { openFile } from './files.ts'
import { connectPostgres } from './postgres.ts'
import { migrateSessions, openSessionStore, type SessionPlace } from './session-store.ts'
import type { DatabaseSetting, SessionsSetting } from './settings.ts'

/** Everything that a console keeps outside its process. What two consoles share here, they share. */
export interface Backends {
  readonly database: Database
  readonly store: SessionStore
  readonly limiter: CreateLimiter
  /** Closes all of them but the store, which its sessions close before. Never rejects. */
  close(): Promise<void>
}

export interface BackendSettings {
  readonly database: DatabaseSetting
  readonly sessions: SessionsSetting
}

interface Data {
  readonly database: Database
  /** The PostgreSQL they are in. */
  readonly pool: Pool | null
  close(): Promise<void>
}

/**
 * Opens what the settings name; a client library is loaded only when it is used.
 * @throws Error in one line that names the setting, when it cannot be used now
 */
export async function openBackends(settings: BackendSettings, log: Logger): Promise<Backends> {
  const place = placeOfSessions(settings)
  const data = await openData(settings.database, place, log)
  try {
    const { store, limiter, close } = await openSessionStore(place, data.pool, log)
    return {
      database: data.database,
      store,
      limiter: limiter ?? (data.pool ? postgresLimiter(data.pool, log) : memoryLimiter),
      async close() {
        await close()
        await data.close()
      },
    }
  } catch (error) {
    await data.close()
    throw error
  }
}

async function openData(setting: DatabaseSetting, place: SessionPlace, log: Logger): Promise<Data> {
  if (setting.kind === 'sqlite') {
    const database = openFile(setting.variable, setting.path, log, (path) => openSqlite(path))
    return { database, pool: null, close: () => database.close() }
  }
  const { pool, close } = await connectPostgres('DATABASE_URL', setting.url, log, async (pool) => {
    await migrateData(pool)
    if (place.kind === 'with-data') await migrateSessions(pool)
  })
  return { database: postgresDatabase(pool), pool, close }
}

function placeOfSessions({ database, sessions }: BackendSettings): SessionPlace {
  if (sessions.kind === 'sqlite') return { ...sessions, variable: 'SESSION_STORE' }
  if (sessions.kind === 'database') return database.kind === 'sqlite' ? database : { kind: 'with-data' }
  const isSame = sessions.kind === 'postgres' && database.kind === 'postgres' && sessions.url === database.url
  return isSame ? { kind: 'with-data' } : sessions
}
