import { SessionError } from '../errors.ts'
import { ioredisConnection } from './redis-ioredis.ts'
import { nodeRedisConnection } from './redis-node-redis.ts'

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

/** Sends one command to one server. */
export type Send = (args: string[]) => Promise<unknown>

/** The few things that the store needs, alike for every kind of client. */
export interface RedisConnection {
  /** What the client puts before each key by itself. */
  readonly addedPrefix: string
  /** What the user had the client put before keys, and what it leaves out in the way the store uses it. */
  readonly missingPrefix: string
  /** Whether the keys are spread over several primaries, so that no command may touch two of them. */
  readonly isCluster: boolean
  /** Sends a command about this key to the primary that has it. */
  send(key: string, args: string[]): Promise<unknown>
  /**
   * The same for a command that changes nothing, as cheap as the client can: every request does it.
   * @param underWay how many more are being waited for
   */
  read(key: string, args: string[], underWay: number): Promise<unknown>
  /** The same, and `wait` right behind it through the same connection; the replies of both. Absent if impossible. */
  readonly sendTogether?: (key: string, args: string[], wait: string[]) => Promise<[unknown, unknown]>
  /** A way to each primary. */
  primaries(): Promise<readonly Send[]>
  /** A connection of the store's own, made like the user's but never reconnecting by itself. */
  openSubscriber(attempt: number): Promise<Subscriber>
  /** Connects anew, for names that lead to another server meanwhile. Absent where the client does so by itself. */
  readonly reconnect?: () => void
}

/** A connection that hears one channel. */
export interface Subscriber {
  /**
   * Resolves when the channel is heard.
   * @param onBroken something may be missed from now on; may be called several times
   */
  start(channel: string, onMessage: (text: string) => void, onBroken: () => void): Promise<void>
  close(): void
}

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
