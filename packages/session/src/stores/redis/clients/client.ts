import { SessionError } from '../../../errors.ts'
import type { RedisConnection } from './connection.ts'
import { ioredisConnection } from './ioredis.ts'
import { nodeRedisConnection } from './node-redis.ts'

/** What `createClient`, `createClientPool`, `createCluster` and `createSentinel` of `redis` 5 and later give. */
export interface NodeRedisClient {
  readonly isOpen: boolean
  sendCommand(...args: never[]): Promise<unknown>
}

/** What `new Redis()` and `new Cluster()` of `ioredis` 6 give. */
export interface IoredisClient {
  readonly isCluster: boolean
  call(command: string, args: string[]): Promise<unknown>
}

export type RedisClient = NodeRedisClient | IoredisClient

/** @throws SessionError `config_invalid` for anything but the clients named in the types */
export function connectionOf(client: unknown): RedisConnection {
  if (typeof client === 'object' && client !== null) {
    const connection = ioredisConnection(client) ?? nodeRedisConnection(client)
    if (connection) return connection
  }
  throw new SessionError(
    'config_invalid',
    'redisStore needs a client of redis (node-redis) 5 or later, or of ioredis 6. ' +
      'Write redisStore(await createClient({ url }).connect()) or redisStore(new Redis(url)).',
  )
}
