import { Cluster, Redis } from 'ioredis'
import { type RedisStoreOptions, redisStore } from 'latchkey/redis'
import type { RedisSettings } from '../settings.ts'
import type { OpenedStore } from './opened-store.ts'
import { withinPatience } from './patience.ts'

const nothing = () => undefined

export async function openIoredis(settings: RedisSettings, storeTimeout: number): Promise<OpenedStore> {
  const client = clientOf(settings, storeTimeout)
  client.on('error', nothing)
  await withinPatience(new Promise((resolve) => client.once('ready', resolve)))
  return {
    store: redisStore(client, storeOptions(settings)),
    close: async () => client.disconnect(),
  }
}

export function storeOptions({ waitForReplicas: count }: RedisSettings): RedisStoreOptions {
  return count === undefined ? {} : { waitForReplicas: { count, timeout: 100 } }
}

function clientOf(settings: RedisSettings, storeTimeout: number): Redis | Cluster {
  const { topology, addresses } = settings
  const [address = { host: '', port: 0 }] = addresses
  const isPlain = settings.client === 'defaults'
  const options = isPlain ? {} : recommended(storeTimeout)
  if (topology === 'cluster') {
    const redisOptions = isPlain ? {} : { connectTimeout: storeTimeout, socketTimeout: storeTimeout * 2.5 }
    const pace = isPlain ? {} : { clusterRetryStrategy: retryAfter, enableOfflineQueue: false }
    return new Cluster([...addresses], { ...pace, redisOptions })
  }
  if (topology === 'sentinel') {
    // Without a failover detector it stays with a primary that hangs after another has taken over.
    const pace = isPlain ? {} : { sentinelRetryStrategy: retryAfter, failoverDetector: true }
    return new Redis({ ...options, ...pace, sentinels: [...addresses], name: 'sessions' })
  }
  return new Redis({ ...options, ...address })
}

function recommended(storeTimeout: number) {
  return {
    // A command for a server that is not there fails at once instead of being sent when it is back.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: storeTimeout,
    // Of a server that takes commands and says nothing: without it, ioredis waits as long as the connection is open.
    socketTimeout: storeTimeout * 2.5,
    retryStrategy: retryAfter,
  }
}

function retryAfter(attempt: number): number {
  return Math.min(25 * 2 ** attempt, 500)
}
