import { memoryStore } from 'latchkey'
import { cached } from 'latchkey/cached'
import { sqliteStore } from 'latchkey/sqlite'
import type { ApplicationSettings } from '../settings.ts'
import type { OpenedStore } from './opened-store.ts'

/** The store that the settings name. The backend may be down: that is one of the faults. */
export async function openStore(settings: ApplicationSettings): Promise<OpenedStore> {
  const opened = await open(settings)
  if (settings.maxStale === undefined) return opened
  return { ...opened, store: cached(opened.store, { maxStale: settings.maxStale, heartbeat: 200 }) }
}

async function open({ store, storeTimeout, maxStale }: ApplicationSettings): Promise<OpenedStore> {
  const announce = maxStale !== undefined
  // Each client is loaded only where it is used: an unused one costs a process' start and hides nothing.
  switch (store.kind) {
    case 'memory':
      return { store: memoryStore(), close: async () => undefined }
    case 'sqlite':
      return {
        store: sqliteStore({ path: store.path, busyTimeout: store.busyTimeout }),
        close: async () => undefined,
      }
    case 'redis':
      return store.library === 'ioredis'
        ? (await import('./ioredis.ts')).openIoredis(store, storeTimeout)
        : (await import('./node-redis.ts')).openNodeRedis(store, storeTimeout)
    case 'postgres':
      return (await import('./pg.ts')).openPg({ ...store, announce }, storeTimeout)
    case 'mysql':
      return (await import('./mysql2.ts')).openMysql2(store, storeTimeout)
  }
}
