import type { RedisConnection, Send, Subscriber } from './connection.ts'

/** The parts of node-redis in use, one connection. */
interface NodeRedis extends Prefixed {
  sendCommand(args: string[], options: object): Promise<unknown>
  duplicate(overrides: object): NodeRedis
  multi(): { addCommand(args: string[]): unknown; execAsPipeline(): Promise<unknown[]> }
  connect(): Promise<unknown>
  subscribe(channel: string, listener: (text: string) => void): Promise<unknown>
  destroy(): unknown
  on(event: string, listener: () => void): unknown
}

interface Pool extends Prefixed {
  sendCommand(args: string[], options: object): Promise<unknown>
  readonly idleClients: number
  execute<T>(task: (client: NodeRedis) => Promise<T> | T): Promise<T>
}

interface Cluster extends Prefixed {
  readonly masters: readonly object[]
  sendCommand(firstKey: string, isReadonly: boolean, args: string[], options: object): Promise<unknown>
  nodeClient(node: object): Promise<NodeRedis> | NodeRedis
  multi(): {
    addCommand(firstKey: string | undefined, isReadonly: boolean, args: string[]): unknown
    execAsPipeline(): Promise<unknown[]>
  }
}

interface Sentinel extends Prefixed {
  sendCommand(isReadonly: boolean, args: string[], options: object): Promise<unknown>
  _execute<T>(isReadonly: boolean, task: (client: NodeRedis) => Promise<T>): Promise<T>
  multi(): {
    addCommand(isReadonly: boolean, args: string[]): unknown
    execAsPipeline(): Promise<unknown[]>
  }
}

interface Prefixed {
  readonly _keyPrefix?: string | undefined
  readonly options?: {
    readonly keyPrefix?: string | undefined
    readonly socket?: object | undefined
    readonly database?: number | undefined
  }
}

// Replies as they are without a mapping, whatever the user has the client make of theirs.
const asText = { typeMapping: {} }

// From version 6 on, the client has a timer for each command (5 s by default), against those that it cannot write. It
// costs more than all the rest of a read, and requests have their own deadline; but no crowd may grow without it.
const asTextUntimed = { typeMapping: {}, timeout: undefined }
const mostUntimed = 1000
const readOptions = (underWay: number) => (underWay < mostUntimed ? asTextUntimed : asText)

/** Null if the client is not of node-redis. */
export function nodeRedisConnection(client: object): RedisConnection | null {
  if (!('sendCommand' in client && 'isOpen' in client && 'multi' in client)) return null
  if (isCluster(client)) return clusterConnection(client)
  if (isSentinel(client)) return sentinelConnection(client)
  if (isPool(client)) return poolConnection(client)
  return isSingle(client) ? singleConnection(client) : null
}

const isCluster = (client: object): client is Cluster => 'nodeClient' in client && 'masters' in client
const isSentinel = (client: object): client is Sentinel => 'getMasterNode' in client && '_execute' in client
const isPool = (client: object): client is Pool => 'totalClients' in client && 'execute' in client
const isSingle = (client: object): client is NodeRedis => 'duplicate' in client

function singleConnection(client: NodeRedis): RedisConnection {
  const send: Send = (args) => client.sendCommand(args, asText)
  return {
    ...prefixes(client),
    isCluster: false,
    database: async () => databaseOf(client),
    send: (_key, args) => client.sendCommand(args, asText),
    read: (_key, args, underWay) => client.sendCommand(args, readOptions(underWay)),
    async sendTogether(_key, args, wait) {
      const batch = client.multi()
      batch.addCommand(args)
      batch.addCommand(wait)
      return pairOf(await batch.execAsPipeline())
    },
    primaries: async () => [send],
    openSubscriber: async () => subscriberOf(duplicateOf(client)),
    reconnect: () => void hangUp(client),
  }
}

function poolConnection(pool: Pool): RedisConnection {
  const send: Send = (args) => pool.sendCommand(args, asText)
  return {
    ...prefixes(pool),
    isCluster: false,
    database: () => pool.execute(databaseOf),
    send: (_key, args) => pool.sendCommand(args, asText),
    read: (_key, args, underWay) => pool.sendCommand(args, readOptions(underWay)),
    primaries: async () => [send],
    openSubscriber: async () => subscriberOf(await pool.execute(duplicateOf)),
    // Each connection of its own, once the one that was refused is back among them. Those in use are left to the next
    // time; with none idle at all, the pool hands over one as soon as it can.
    reconnect: () =>
      void setImmediate(() => {
        for (let left = Math.max(pool.idleClients, 1); left > 0; left--) pool.execute(hangUp).catch(ignore)
      }),
  }
}

function clusterConnection(cluster: Cluster): RedisConnection {
  return {
    ...prefixes(cluster),
    isCluster: true,
    database: async () => 0,
    send: (key, args) => cluster.sendCommand(key, false, args, asText),
    read: (key, args, underWay) => cluster.sendCommand(key, false, args, readOptions(underWay)),
    async sendTogether(key, args, wait) {
      const batch = cluster.multi()
      batch.addCommand(key, false, args)
      batch.addCommand(undefined, false, wait)
      return pairOf(await batch.execAsPipeline())
    },
    async primaries() {
      const clients = await Promise.all(cluster.masters.map((node) => cluster.nodeClient(node)))
      return clients.map((client) => (args) => client.sendCommand(args, asText))
    },
    async openSubscriber(attempt) {
      // What is published at any node is heard at every other, so one of them is enough.
      const node = cluster.masters[attempt % cluster.masters.length]
      if (!node) throw new Error('No node of the cluster is known yet.')
      return subscriberOf(duplicateOf(await cluster.nodeClient(node)))
    },
  }
}

function sentinelConnection(sentinel: Sentinel): RedisConnection {
  const send: Send = (args) => sentinel.sendCommand(false, args, asText)
  return {
    ...prefixes(sentinel),
    isCluster: false,
    database: () => sentinel._execute(false, async (client) => databaseOf(client)),
    send: (_key, args) => sentinel.sendCommand(false, args, asText),
    read: (_key, args, underWay) => sentinel.sendCommand(false, args, readOptions(underWay)),
    async sendTogether(_key, args, wait) {
      const batch = sentinel.multi()
      batch.addCommand(false, args)
      batch.addCommand(false, wait)
      return pairOf(await batch.execAsPipeline())
    },
    primaries: async () => [send],
    // Not a duplicate of the sentinel client: where that finds the primary dead, its subscription goes on connecting
    // there for ever, even after destroy(). The way to a primary's own client has an underscore, but no equal.
    openSubscriber: async () =>
      subscriberOf(await sentinel._execute(false, async (client) => duplicateOf(client))),
  }
}

// Raw commands go out as they are: without this, two applications would share the sessions they meant to keep apart.
function prefixes(client: Prefixed) {
  return { addedPrefix: '', missingPrefix: client.options?.keyPrefix ?? client._keyPrefix ?? '' }
}

const databaseOf = (client: NodeRedis): number => client.options?.database ?? 0

/** The client has no call for connecting anew, but does so by itself when the server hangs up. */
function hangUp(client: NodeRedis): Promise<unknown> {
  return client.sendCommand(['QUIT'], asText).catch(ignore)
}

function ignore(): void {}

function pairOf([first, second]: unknown[]): [unknown, unknown] {
  return [first, second]
}

// Never reconnecting: a client that was destroyed while it reconnects goes on for ever. A cache is shared with
// duplicates, and would be emptied whenever this connection breaks.
function duplicateOf(client: NodeRedis): NodeRedis {
  const socket = { ...client.options?.socket, reconnectStrategy: false }
  return client.duplicate({ clientSideCache: undefined, socket })
}

function subscriberOf(own: NodeRedis): Subscriber {
  return {
    async start(channel, onMessage, onBroken) {
      own.on('error', onBroken)
      own.on('end', onBroken)
      await own.connect()
      await own.subscribe(channel, onMessage)
    },
    close() {
      try {
        own.destroy()
      } catch {
        // Older versions throw when nothing is left to destroy.
      }
    },
  }
}
