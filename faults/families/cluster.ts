import { type RedisServer, untilReplicating } from '../../servers/redis.ts'
import { startRedisCluster } from '../../servers/redis-cluster.ts'
import type { Fault } from '../fault.ts'
import { onRedis, redisLibraries } from './redis-scene.ts'
import { notYetReplicated, untilPromoted } from './sentinel.ts'

/** How long a node may be silent before the others call it failed, in milliseconds. */
const nodeTimeout = 500

interface Means {
  readonly id: string
  readonly title: string
  strike(master: RedisServer): Promise<void>
  bringBack(master: RedisServer): Promise<void>
}

const means: readonly Means[] = [
  {
    id: 'killed',
    title: 'master killed, replica takes over; old one returns',
    strike: (master) => master.kill(),
    bringBack: (master) => master.restart(),
  },
  {
    id: 'paused',
    title: 'master hangs, replica takes over; old one goes on',
    strike: (master) => master.pause(),
    bringBack: (master) => master.resume(),
  },
]

/** A master of a cluster dies or hangs, and its replica takes over its slots. */
export const cluster: readonly Fault[] = means.flatMap(({ id, title, strike, bringBack }) =>
  redisLibraries.map((library) => ({
    id: `cluster-${id}-${library}`,
    title,
    store: 'Redis Cluster 3+3',
    client: library,
    window: notYetReplicated,
    async build(stack) {
      const started = await startRedisCluster({ nodeTimeout })
      stack.defer(() => started.stop())
      const { nodes } = started
      const [master, , , replica] = nodes
      if (!master || !replica) throw new Error('The cluster has too few nodes.')
      return {
        settings: onRedis({ library, addresses: nodes, topology: 'cluster' }),
        outage: 'partial' as const,
        healsItself: true,
        strike: () => strike(master),
        heal: () => untilPromoted([replica]),
        async aftermath() {
          await bringBack(master)
          await untilReplicating(master)
        },
      }
    },
  })),
)
