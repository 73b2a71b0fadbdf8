import { type RedisServer, startRedis } from '../../servers/redis.ts'
import { fieldOf, redisCommand } from '../../servers/redis-command.ts'
import { startSentinels } from '../../servers/redis-sentinel.ts'
import { until } from '../../servers/until.ts'
import type { Fault, Scene } from '../fault.ts'
import type { Window } from '../findings.ts'
import { onRedis, type RedisLibrary, redisLibraries } from './redis-scene.ts'

const replicated = 'Redis, Sentinel 1+2'

/** Redis answers before its replicas have a write; on loopback they have it in less. */
export const notYetReplicated: Window = {
  name: 'what the replicas did not have yet when the primary died (waitForReplicas closes it for endings)',
  ms: 1000,
}

/** The primary dies or hangs, and Sentinel makes a replica the new one. */
export const sentinel: readonly Fault[] = redisLibraries.flatMap((library): Fault[] => [
  {
    id: `sentinel-killed-${library}`,
    title: 'primary killed, replica takes over; old one returns',
    store: replicated,
    client: library,
    window: notYetReplicated,
    build: (stack) =>
      scene(stack, library, {
        strike: (primary) => primary.kill(),
        bringBack: (primary) => primary.restart(),
      }),
  },
  {
    id: `sentinel-paused-${library}`,
    title: 'primary hangs, replica takes over; old one goes on',
    store: replicated,
    client: library,
    window: notYetReplicated,
    build: (stack) =>
      scene(stack, library, {
        strike: (primary) => primary.pause(),
        bringBack: (primary) => primary.resume(),
      }),
  },
])

interface Means {
  strike(primary: RedisServer): Promise<void>
  bringBack(primary: RedisServer): Promise<void>
}

async function scene(
  stack: AsyncDisposableStack,
  library: RedisLibrary,
  { strike, bringBack }: Means,
): Promise<Scene> {
  const start = async (replicaOf?: RedisServer) =>
    stack.adopt(await startRedis(replicaOf ? { replicaOf } : {}), (server) => server.stop())
  const primary = await start()
  const replicas = await Promise.all([start(primary), start(primary)])
  const options = { primary, name: 'sessions', downAfter: 500 }
  const { addresses } = stack.adopt(await startSentinels(options), (sentinels) => sentinels.stop())
  return {
    settings: onRedis({ library, addresses, topology: 'sentinel' }),
    outage: 'partial',
    healsItself: true,
    strike: () => strike(primary),
    heal: () => untilPromoted(replicas),
    // It takes itself for the primary until a sentinel tells it otherwise, seconds later.
    aftermath: () => bringBack(primary),
  }
}

export async function untilPromoted(replicas: readonly RedisServer[]): Promise<void> {
  await until('a replica is the new primary', async () => {
    const roles = await Promise.all(replicas.map(roleOf))
    return roles.includes('master')
  })
}

async function roleOf({ port }: RedisServer): Promise<string | undefined> {
  return fieldOf(await redisCommand(port, 'INFO replication'), 'role')
}
