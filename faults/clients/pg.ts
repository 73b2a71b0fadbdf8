import { postgresStore } from 'latchkey/postgres'
import { Pool } from 'pg'
import type { ClientSettings } from '../settings.ts'
import type { OpenedStore } from './opened-store.ts'

export interface SqlSettings {
  readonly url: string
  readonly client: ClientSettings
  readonly announce: boolean
}

export function openPg({ url, client, announce }: SqlSettings, storeTimeout: number): OpenedStore {
  const recommended = {
    connectionTimeoutMillis: storeTimeout,
    // Gives up the connection too: without it, one to a machine that has vanished is kept for as long as it is open.
    query_timeout: storeTimeout * 2.5,
  }
  const pool = new Pool({ connectionString: url, ...(client === 'recommended' && recommended) })
  return { store: postgresStore(pool, { announce }), close: () => pool.end() }
}
