import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { Cluster, Redis } from 'ioredis'
import { createClient, createClientPool, createCluster, createSentinel } from 'redis'
import * as redis5 from 'redis-5'
import type { SessionStore, StoreEvent, Subscription } from '../../../store.ts'
import { type RedisStoreOptions, redisStore } from '../redis.ts'
import type { RedisClient } from './client.ts'

/** A connected client of some kind, and how to let go of it. */
export interface TestClient {
  readonly client: RedisClient
  /** Any command, as the client sends it to the node that has the key. */
  command(...words: string[]): Promise<unknown>
  close(): Promise<void>
}

/** Every client for one server, by what it is called in a test's name. */
export const singleClients: Readonly<Record<string, (url: string) => Promise<TestClient>>> = {
  'node-redis': (url) => nodeRedis(createClient({ url, RESP: 3 })),
  'node-redis with RESP2': (url) => nodeRedis(createClient({ url, RESP: 2 })),
  'node-redis 5': (url) => nodeRedis(redis5.createClient({ url })),
  ioredis: (url) => ioredis(url, 3),
  'ioredis with RESP2': (url) => ioredis(url, 2),
}

/** Pools, which hold all their connections from the start, so that tests know how many there are. */
export const poolClients: Readonly<Record<string, (url: string) => Promise<TestClient>>> = {
  'node-redis pool': (url) => nodeRedis(createClientPool({ url }, { minimum: 4, maximum: 4 })),
  'node-redis 5 pool': (url) => nodeRedis(redis5.createClientPool({ url }, { minimum: 4, maximum: 4 })),
}

type Address = { readonly host: string; readonly port: number }

export const clusterClients: Readonly<Record<string, (nodes: readonly Address[]) => Promise<TestClient>>> = {
  async 'node-redis cluster'(nodes) {
    // By default it looks for the new primary only 5 seconds after it lost the old one.
    const sooner = { topologyRefreshOnReconnectionAttemptStrategy: 300 }
    return nodeRedisCluster(createCluster({ rootNodes: rootNodesOf(nodes), ...sooner }))
  },
  async 'node-redis 5 cluster'(nodes) {
    return nodeRedisCluster(redis5.createCluster({ rootNodes: rootNodesOf(nodes) }))
  },
  async 'ioredis Cluster'(nodes) {
    return ioredisOf(new Cluster([...nodes]))
  },
}

export const sentinelClients: Readonly<
  Record<string, (sentinels: readonly Address[], name: string) => Promise<TestClient>>
> = {
  async 'node-redis sentinel'(sentinels, name) {
    return nodeRedisSentinel(createSentinel({ name, sentinelRootNodes: [...sentinels] }))
  },
  async 'node-redis 5 sentinel'(sentinels, name) {
    return nodeRedisSentinel(redis5.createSentinel({ name, sentinelRootNodes: [...sentinels] }))
  },
  async 'ioredis with sentinels'(sentinels, name) {
    return ioredisOf(new Redis({ name, sentinels: [...sentinels] }))
  },
}

/** What the tests use of node-redis, alike in its versions. */
interface NodeRedis<Arguments extends unknown[]> {
  readonly isOpen: boolean
  on(event: 'error', listener: () => void): unknown
  connect(): Promise<unknown>
  sendCommand(...args: Arguments): Promise<unknown>
  destroy(): void | Promise<void>
}

async function nodeRedis(client: NodeRedis<[words: string[]]>): Promise<TestClient> {
  await connectNodeRedis(client)
  return { client, command: (...words) => client.sendCommand(words), close: async () => client.destroy() }
}

async function nodeRedisCluster(
  client: NodeRedis<[key: string | undefined, isReadonly: boolean, words: string[]]>,
): Promise<TestClient> {
  await connectNodeRedis(client)
  const command = (...words: string[]) => client.sendCommand(words[1], false, words)
  return { client, command, close: async () => client.destroy() }
}

async function nodeRedisSentinel(
  client: NodeRedis<[isReadonly: boolean, words: string[]]>,
): Promise<TestClient> {
  await connectNodeRedis(client)
  const command = (...words: string[]) => client.sendCommand(false, words)
  return { client, command, close: async () => client.destroy() }
}

async function connectNodeRedis(client: NodeRedis<never>): Promise<void> {
  client.on('error', ignore)
  await client.connect()
}

const rootNodesOf = (nodes: readonly Address[]) => nodes.map(({ host, port }) => ({ socket: { host, port } }))

async function ioredis(url: string, protocol: 2 | 3): Promise<TestClient> {
  return ioredisOf(new Redis(url, { protocol }))
}

function ioredisOf(client: Redis | Cluster): TestClient {
  client.on('error', ignore)
  const command = (name = '', ...args: string[]) => client.call(name, args)
  return { client, command, close: async () => client.disconnect() }
}

// Tests that break connections look at what the store says, not at what the client does.
function ignore(): void {}

/** Key prefixes that nobody else has. */
export function freshPrefix(): string {
  return `test:${randomBytes(6).toString('hex')}:`
}

/** A store under a prefix of its own. */
export function freshStore(client: RedisClient, options: RedisStoreOptions = {}): SessionStore {
  return redisStore(client, { prefix: freshPrefix(), ...options })
}

/** Removes what tests left at one server; other tests' keys stay. */
export async function removeTestKeys({ command }: TestClient, pattern = 'test:*'): Promise<void> {
  let cursor = '0'
  do {
    const [next, keys] = (await command('SCAN', cursor, 'MATCH', pattern, 'COUNT', '1000')) as [
      string,
      string[],
    ]
    cursor = next
    if (keys.length > 0) await command('UNLINK', ...keys)
  } while (cursor !== '0')
}

export interface Listening {
  readonly subscription: Subscription
  /** All that was heard, in order. */
  readonly heard: readonly StoreEvent[]
  /** The next event of this type that was not asked for yet. */
  next<Type extends StoreEvent['type']>(type: Type): Promise<Extract<StoreEvent, { type: Type }>>
}

/** Subscribes, and keeps what is heard until it is asked for. */
export function listen(store: SessionStore): Listening {
  const heard: StoreEvent[] = []
  const waiting: StoreEvent[] = []
  const arrivals = new EventEmitter()
  const subscription = store.subscribe?.((event) => {
    heard.push(event)
    waiting.push(event)
    arrivals.emit('event')
  })
  assert.ok(subscription)
  const isOf =
    <Type extends StoreEvent['type']>(type: Type) =>
    (event: StoreEvent): event is Extract<StoreEvent, { type: Type }> =>
      event.type === type
  return {
    subscription,
    heard,
    async next(type) {
      for (;;) {
        const found = waiting.find(isOf(type))
        if (found) {
          waiting.splice(waiting.indexOf(found), 1)
          return found
        }
        await once(arrivals, 'event', { signal: AbortSignal.timeout(15_000) })
      }
    },
  }
}
