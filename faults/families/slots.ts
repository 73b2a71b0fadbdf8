import { createClient } from 'redis'
import type { RedisServer } from '../../servers/redis.ts'
import { startRedisCluster } from '../../servers/redis-cluster.ts'
import { redisCommand } from '../../servers/redis-command.ts'
import type { Fault, UnderLoad } from '../fault.ts'
import { onRedis, redisLibraries } from './redis-scene.ts'

/** Slots of the first master when the cluster starts. */
const SLOTS = Math.floor(16_384 / 3)
/** How many keys are moved at a time. */
const AT_ONCE = '1000'

/** Slots move from one master to another while they are used: ASK, then MOVED. */
export const slots: readonly Fault[] = redisLibraries.map((library) => ({
  id: `slots-${library}`,
  title: 'slots in use move to another master',
  store: 'Redis Cluster 3',
  client: library,
  async build(stack) {
    const cluster = await startRedisCluster({ masters: 3, replicas: 0 })
    stack.defer(() => cluster.stop())
    const [from, to, other] = cluster.nodes
    if (!from || !to || !other) throw new Error('The cluster has too few nodes.')
    let moved = 0
    return {
      settings: onRedis({ library, addresses: cluster.nodes, topology: 'cluster' }),
      outage: 'partial',
      isRefusing: false,
      async strike(under) {
        moved = await moveSlots({ from, to, other }, under)
      },
      heal: async () => undefined,
      async verify() {
        if (moved === 0) throw new Error('No slot was in use.')
        const seen = await redisCommand(from.port, 'INFO errorstats')
        for (const kind of ['ASK', 'MOVED']) {
          if (!seen.includes(`errorstat_${kind}:`)) throw new Error(`Nobody was answered ${kind}.`)
        }
      },
    }
  },
}))

interface Nodes {
  readonly from: RedisServer
  readonly to: RedisServer
  readonly other: RedisServer
}

type Send = (...words: string[]) => Promise<unknown>

/** Moves the slots that have keys now; how many. */
async function moveSlots({ from, to, other }: Nodes, { goOn }: UnderLoad): Promise<number> {
  await using stack = new AsyncDisposableStack()
  const [atSource, atTarget, atOther] = await Promise.all(
    [from, to, other].map((node) => connect(node, stack)),
  )
  if (!atSource || !atTarget || !atOther) return 0
  const [source, target] = await Promise.all(
    [atSource, atTarget].map(async (send) => String(await send('CLUSTER', 'MYID'))),
  )
  if (!source || !target) return 0
  const moving = await slotsInUse(atSource)
  for (const slot of moving) {
    await atTarget('CLUSTER', 'SETSLOT', slot, 'IMPORTING', source)
    await atSource('CLUSTER', 'SETSLOT', slot, 'MIGRATING', target)
  }
  // New keys are already made at the target, old ones still used at the source.
  await goOn()
  for (const slot of moving) await moveKeys(slot, atSource, to)
  // Now each key is at the target, and asked for at the source first.
  await goOn()
  for (const slot of moving) {
    for (const send of [atTarget, atSource, atOther]) await send('CLUSTER', 'SETSLOT', slot, 'NODE', target)
  }
  return moving.length
}

async function slotsInUse(send: Send): Promise<string[]> {
  const slots = Array.from({ length: SLOTS }, (_, slot) => String(slot))
  const counts = await Promise.all(slots.map((slot) => send('CLUSTER', 'COUNTKEYSINSLOT', slot)))
  return slots.filter((_, index) => counts[index] !== 0)
}

async function moveKeys(slot: string, atSource: Send, to: RedisServer): Promise<void> {
  const keys = (await atSource('CLUSTER', 'GETKEYSINSLOT', slot, AT_ONCE)) as string[]
  if (keys.length === 0) return
  await atSource('MIGRATE', to.host, String(to.port), '', '0', '2000', 'KEYS', ...keys)
}

async function connect({ url }: RedisServer, stack: AsyncDisposableStack): Promise<Send> {
  const client = createClient({ url })
  client.on('error', () => undefined)
  await client.connect()
  stack.defer(() => client.destroy())
  return (...words) => client.sendCommand(words)
}
