import { redisStore } from 'latchkey/redis'
import { createClient, createCluster, createSentinel } from 'redis'
import type { RedisSettings } from '../settings.ts'
import { storeOptions } from './ioredis.ts'
import type { OpenedStore } from './opened-store.ts'
import { withinPatience } from './patience.ts'
import { connect, leaveSilence } from './silence.ts'

const nothing = () => undefined

export async function openNodeRedis(settings: RedisSettings, storeTimeout: number): Promise<OpenedStore> {
  const { client, ping } = clientOf(settings, storeTimeout)
  client.on('error', nothing)
  let isClosed = false
  await withinPatience(connect(client, () => isClosed))
  const patience = storeTimeout * 2
  const watch = settings.client === 'defaults' ? null : leaveSilence(client, ping, patience)
  return {
    store: redisStore(client, storeOptions(settings)),
    async close() {
      isClosed = true
      watch?.stop()
      if (client.isOpen) await client.destroy()
    },
  }
}

function clientOf({ topology, addresses, client: kind }: RedisSettings, storeTimeout: number) {
  const isPlain = kind === 'defaults'
  const options = isPlain ? { socket: {} } : recommended(storeTimeout)
  if (topology === 'cluster') {
    const rootNodes = addresses.map((address) => ({ socket: { ...options.socket, ...address } }))
    const pace = isPlain
      ? {}
      : { topologyRefreshOnReconnectionAttemptStrategy: 250, minimizeConnections: true }
    const client = createCluster({ rootNodes, defaults: options, ...pace })
    const ping = () => Promise.all(client.masters.map(async (node) => (await client.nodeClient(node)).ping()))
    return { client, ping }
  }
  if (topology === 'sentinel') {
    const pace = isPlain
      ? {}
      : { scanInterval: 1000, nodeClientOptions: options, sentinelClientOptions: options }
    const client = createSentinel({ name: 'sessions', sentinelRootNodes: [...addresses], ...pace })
    return { client, ping: () => client.ping() }
  }
  const [address = { host: '', port: 0 }] = addresses
  const client = createClient({ ...options, socket: { ...options.socket, ...address } })
  return { client, ping: () => client.ping() }
}

function recommended(storeTimeout: number) {
  return {
    // A command for a server that is not there fails at once instead of being sent when it is back.
    disableOfflineQueue: true,
    socket: {
      connectTimeout: storeTimeout,
      // Of a server that takes the connection and says nothing. Idle connections need the pings.
      socketTimeout: storeTimeout * 2.5,
      reconnectStrategy: (attempt: number) => Math.min(25 * 2 ** attempt, 500),
    },
    pingInterval: storeTimeout,
  }
}
