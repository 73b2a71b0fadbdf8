import { type RedisServer, startRedis } from '../../servers/redis.ts'
import { fieldOf, redisCommand } from '../../servers/redis-command.ts'
import { until } from '../../servers/until.ts'
import type { Fault, UnderLoad } from '../fault.ts'
import type { Window } from '../findings.ts'
import { onRedis, type RedisLibrary, redisLibraries } from './redis-scene.ts'

/**
 * The failover at its worst, on purpose: the replica has stopped taking writes a while before the primary dies, and
 * takes over without them. Clients find it where the primary was, as behind a moved address.
 */
export const lostWrite: readonly Fault[] = redisLibraries.flatMap((library) => [
  fault(library, 'lost-write', 'lagging replica takes over', {
    name: 'all since the replica fell behind: Redis answers before its replicas have a write',
    ms: 0,
    isShown: true,
  }),
  fault(library, 'kept-write', 'lagging replica takes over, waitForReplicas', {
    name: 'new sessions and values since the replica fell behind, but no ending: waitForReplicas',
    ms: 0,
    endingsHold: true,
  }),
])

function fault(library: RedisLibrary, id: string, title: string, window: Window): Fault {
  return {
    id: `${id}-${library}`,
    title,
    store: 'Redis 1+1',
    client: library,
    window,
    async build(stack) {
      const primary = await startRedis()
      stack.defer(() => primary.stop())
      const replica = await startRedis({ replicaOf: primary })
      stack.defer(() => replica.stop())
      const common = { library, addresses: [primary], topology: 'single' } as const
      return {
        settings: onRedis(window.endingsHold ? { ...common, waitForReplicas: 1 } : common),
        outage: 'partial',
        healsItself: true,
        strike: (under) => failOver(primary, replica, under),
        // A primary that must wait for a replica needs a new one.
        async heal() {
          const another = await startRedis({ replicaOf: primary })
          stack.defer(() => another.stop())
        },
      }
    },
  }
}

async function failOver(primary: RedisServer, replica: RedisServer, { goOn }: UnderLoad): Promise<void> {
  await untilCaughtUp(primary)
  await replica.pause()
  await fillTheWay(primary)
  // What is answered here, the replica will not know of.
  await goOn()
  await primary.kill()
  await replica.resume()
  await promote(replica, primary.port)
}

/** A new replica is sent nothing before it has spoken, up to a second after its start: then it would have no data. */
async function untilCaughtUp({ port }: RedisServer): Promise<void> {
  const sent = Number(fieldOf(await redisCommand(port, 'INFO replication'), 'master_repl_offset'))
  await until('the replica has what was written', async () => {
    const state = /slave0:.*state=online,offset=(\d+)/.exec(await redisCommand(port, 'INFO replication'))
    return Number(state?.[1] ?? 0) >= sent
  })
}

/** The system holds megabytes for a paused process, which it would read when it goes on: these fill that room. */
async function fillTheWay({ port }: RedisServer): Promise<void> {
  const filling = 'x'.repeat(60_000)
  await until('the replica has fallen behind', async () => {
    await Promise.all(Array.from({ length: 20 }, () => redisCommand(port, `SET filling ${filling}`)))
    const clients = await redisCommand(port, 'CLIENT LIST TYPE replica')
    return Number(/omem=(\d+)/.exec(clients)?.[1] ?? 0) > 2_000_000
  })
}

async function promote(replica: RedisServer, port: number): Promise<void> {
  const runId = await runIdAt(replica.port)
  await expectOk(replica.port, 'REPLICAOF NO ONE')
  await expectOk(replica.port, `CONFIG SET port ${port}`)
  if ((await runIdAt(port)) !== runId) throw new Error(`Another server than the replica is on port ${port}.`)
}

async function runIdAt(port: number): Promise<string | undefined> {
  return fieldOf(await redisCommand(port, 'INFO server'), 'run_id')
}

async function expectOk(port: number, command: string): Promise<void> {
  const reply = await redisCommand(port, command)
  if (!reply.startsWith('+OK')) throw new Error(`${command}: ${reply || 'no answer'}`)
}
