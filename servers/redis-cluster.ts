import { startAll, stopAll } from './group.ts'
import { host } from './ports.ts'
import { launchRedis, quickAndForgetful, type RedisServer, untilReplicating } from './redis.ts'
import { fieldOf, redisCommand } from './redis-command.ts'
import { until } from './until.ts'

export interface RedisClusterOptions {
  readonly masters?: number
  /** In all, spread over the masters in turn. */
  readonly replicas?: number
  /** How long a node may be silent before the others call it failed, in milliseconds. */
  readonly nodeTimeout?: number
  /** Lines of every node's redis.conf. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface RedisCluster {
  /** The masters, in the order of their slots, then the replicas: the first one has the first master's slots. */
  readonly nodes: readonly RedisServer[]
  readonly rootNodes: readonly { readonly host: string; readonly port: number }[]
  stop(): Promise<void>
}

/** Redis Cluster specification: the key space has this many slots. */
const SLOTS = 16_384

/** Starts a cluster and waits until every node finds it complete and every replica follows its master. */
export async function startRedisCluster({
  masters = 3,
  replicas = 3,
  nodeTimeout = 1_000,
  settings = {},
}: RedisClusterOptions = {}): Promise<RedisCluster> {
  const all = {
    ...quickAndForgetful,
    'cluster-enabled': 'yes',
    'cluster-node-timeout': String(nodeTimeout),
    ...settings,
  }
  const nodes = await startAll(masters + replicas, () => launchRedis(all, { companions: busPort }))
  try {
    await join(nodes, masters)
  } catch (error) {
    await stopAll(nodes)
    throw error
  }
  const rootNodes = nodes.map(({ port }) => ({ host, port }))
  return { nodes, rootNodes, stop: () => stopAll(nodes) }
}

/** Nodes talk to each other on a port of their own, this far from the one for clients. */
function busPort(port: number): readonly number[] {
  return [port + 10_000]
}

async function join(nodes: readonly RedisServer[], masters: number): Promise<void> {
  const owners = nodes.slice(0, masters)
  await Promise.all(
    nodes.map(async (node, index) => {
      // Distinct from the start, or the nodes would have to settle it among themselves.
      await command(node, `CLUSTER SET-CONFIG-EPOCH ${index + 1}`)
      if (index < masters) {
        for (const slots of slotsOf(index, masters)) await command(node, `CLUSTER ADDSLOTS ${slots}`)
      }
      // Everyone to everyone: gossip would spread it too, but a second later.
      for (const other of nodes.slice(index + 1)) await command(node, `CLUSTER MEET ${host} ${other.port}`)
    }),
  )
  await untilEach(nodes, 'knows every node', async ({ port }) => {
    const table = await redisCommand(port, 'CLUSTER NODES')
    return rowsOf(table).length === nodes.length && !table.includes('handshake')
  })
  await Promise.all(
    nodes.slice(masters).map(async (replica, index) => {
      const owner = owners[index % masters]
      if (owner) await follow(replica, owner)
    }),
  )
  await untilEach(nodes, 'finds the cluster complete', async ({ port }) => {
    const info = await redisCommand(port, 'CLUSTER INFO')
    const replicas = rowsOf(await redisCommand(port, 'CLUSTER NODES')).filter((row) => row.includes('slave'))
    return fieldOf(info, 'cluster_state') === 'ok' && replicas.length === nodes.length - masters
  })
}

async function follow(replica: RedisServer, owner: RedisServer): Promise<void> {
  const id = (await redisCommand(owner.port, 'CLUSTER MYID')).split('\r\n')[1]
  await command(replica, `CLUSTER REPLICATE ${id}`)
  await untilReplicating(replica)
}

/** One by one, since ranges can be given only from Redis 7 on; in parts that fit into a command. */
function slotsOf(index: number, masters: number): string[] {
  const isIts = (slot: number) => Math.floor((slot * masters) / SLOTS) === index
  const slots = [...Array(SLOTS).keys()].filter(isIts)
  const parts: string[] = []
  while (slots.length > 0) parts.push(slots.splice(0, 4096).join(' '))
  return parts
}

function rowsOf(table: string): string[] {
  return table.split('\n').filter((line) => line.includes('@'))
}

async function command({ port }: RedisServer, text: string): Promise<void> {
  const reply = await redisCommand(port, text)
  if (reply !== '+OK\r\n') throw new Error(`${text}: ${reply || 'no answer'}`)
}

async function untilEach(
  nodes: readonly RedisServer[],
  what: string,
  isSo: (node: RedisServer) => Promise<boolean>,
): Promise<void> {
  await Promise.all(nodes.map((node) => until(`the node on port ${node.port} ${what}`, () => isSo(node))))
}
