import { SessionError } from '../../../errors.ts'
import type { RedisConnection, Send, Subscriber } from './connection.ts'

/** The parts of ioredis in use, one connection. */
interface Ioredis extends Caller {
  readonly options: {
    readonly keyPrefix?: string
    readonly role?: string
    readonly sentinels?: unknown
    readonly db?: number
  }
  duplicate(overrides: object): Ioredis
  connect(): Promise<unknown>
  subscribe(channel: string): Promise<unknown>
  disconnect(reconnect?: boolean): void
  /** The connection of now, none before there is one. */
  readonly stream?: Socket
  on(event: string, listener: (...args: string[]) => void): unknown
}

interface Socket {
  cork(): void
  uncork(): void
}

interface IoredisCluster extends Caller {
  readonly options: { readonly keyPrefix?: string; readonly scaleReads?: unknown }
  nodes(role: 'master'): Ioredis[]
}

interface Caller {
  readonly isCluster: boolean
  call(command: string, args: string[]): Promise<unknown>
  pipeline(commands: unknown[][]): { exec(): Promise<[unknown, unknown][] | null> }
}

/** Null if the client is not of ioredis. */
export function ioredisConnection(client: object): RedisConnection | null {
  if (!isCaller(client)) return null
  if (isCluster(client)) return clusterConnection(client)
  return isSingle(client) ? singleConnection(client) : null
}

function isCaller(client: object): client is Caller {
  return 'isCluster' in client && 'call' in client && 'pipeline' in client && 'duplicate' in client
}

const isCluster = (client: Caller): client is IoredisCluster => client.isCluster && 'nodes' in client
const isSingle = (client: Caller): client is Ioredis => !client.isCluster

function singleConnection(client: Ioredis): RedisConnection {
  if (client.options.sentinels && client.options.role === 'slave') throw readsReplicas("role: 'master'")
  const send: Send = (args) => call(client, args)
  const cork = createCork(client)
  return {
    ...shared(client),
    isCluster: false,
    database: async () => client.options.db ?? 0,
    read(_key, args) {
      cork()
      return call(client, args)
    },
    primaries: async () => [send],
    openSubscriber: async () => subscriberOf(client),
    reconnect: () => client.disconnect(true),
  }
}

function clusterConnection(client: IoredisCluster): RedisConnection {
  const { scaleReads } = client.options
  if (scaleReads !== undefined && scaleReads !== 'master') throw readsReplicas("scaleReads: 'master'")
  return {
    ...shared(client),
    isCluster: true,
    database: async () => 0,
    read: (_key, args) => call(client, args),
    primaries: async () => client.nodes('master').map((node) => (args) => call(node, args)),
    async openSubscriber(attempt) {
      // What is published at any node is heard at every other, so one of them is enough.
      const nodes = client.nodes('master')
      const node = nodes[attempt % nodes.length]
      if (!node) throw new Error('No node of the cluster is known yet.')
      return subscriberOf(node)
    },
  }
}

function shared(client: Caller & { readonly options: { readonly keyPrefix?: string } }) {
  return {
    addedPrefix: client.options.keyPrefix ?? '',
    missingPrefix: '',
    send: (_key: string, args: string[]) => call(client, args),
    async sendTogether(_key: string, args: string[], wait: string[]): Promise<[unknown, unknown]> {
      const results = await client
        .pipeline([
          ['call', ...args],
          ['call', ...wait],
        ])
        .exec()
      for (const [error] of results ?? []) if (error) throw error
      return [results?.[0]?.[1], results?.[1]?.[1]]
    },
  }
}

// In capitals the reply is not made into an object first, which would cost each read a second pass.
function call(client: Caller, [command = '', ...args]: string[]): Promise<unknown> {
  return client.call(command, args)
}

/**
 * ioredis makes a system call for each command: with many requests at once, most of what a read costs. A corked
 * socket takes the commands of one turn of the event loop together, in their order.
 */
function createCork(client: Ioredis): () => void {
  let corked: Socket | null = null
  function uncork(): void {
    corked?.uncork()
    corked = null
  }
  return () => {
    if (corked || !client.stream) return
    corked = client.stream
    corked.cork()
    setImmediate(uncork)
  }
}

function subscriberOf(client: Ioredis): Subscriber {
  const own = client.duplicate({
    retryStrategy: () => null,
    lazyConnect: true,
    enableOfflineQueue: true,
    autoResubscribe: false,
    keyPrefix: '',
  })
  return {
    async start(channel, onMessage, onBroken) {
      own.on('error', onBroken)
      own.on('end', onBroken)
      own.on('message', (_channel, text) => onMessage(text ?? ''))
      await own.connect()
      await own.subscribe(channel)
    },
    close: () => own.disconnect(),
  }
}

function readsReplicas(instead: string): SessionError {
  return new SessionError(
    'config_invalid',
    `The ioredis client reads from replicas, where an ended session may still be found. Write ${instead}.`,
  )
}
