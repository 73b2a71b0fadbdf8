import { createConnection, type Socket } from 'node:net'
import { mysqlStore } from 'latchkey/mysql'
import { createPool } from 'mysql2/promise'
import type { ClientSettings } from '../settings.ts'
import type { OpenedStore } from './opened-store.ts'

export interface MysqlSettings {
  readonly url: string
  readonly client: ClientSettings
}

export function openMysql2({ url, client }: MysqlSettings, storeTimeout: number): OpenedStore {
  const { hostname, port } = new URL(url)
  const recommended = {
    connectTimeout: storeTimeout,
    stream: () => connectImpatiently(hostname, Number(port), storeTimeout * 2.5),
  }
  const pool = createPool({ uri: url, ...(client === 'recommended' && recommended) })
  return { store: mysqlStore(pool), close: () => pool.end() }
}

/** mysql2 waits for an answer as long as the connection is open. An idle one is given up too, and made anew. */
function connectImpatiently(host: string, port: number, patience: number): Socket {
  const socket = createConnection({ host, port, noDelay: true, keepAlive: true })
  return socket.setTimeout(patience, () => socket.destroy(new Error('The database has fallen silent.')))
}
