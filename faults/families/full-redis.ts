import { redisCommand } from '../../servers/redis-command.ts'
import type { Fault } from '../fault.ts'
import { redisLibraries, startSingleRedis } from './redis-scene.ts'

interface Limit {
  readonly id: string
  readonly title: string
  readonly strike: string
  readonly heal: string
}

const limits: readonly Limit[] = [
  {
    id: 'full',
    title: 'full: maxmemory with noeviction (OOM)',
    strike: 'CONFIG SET maxmemory 1',
    heal: 'CONFIG SET maxmemory 0',
  },
  {
    id: 'readonly',
    title: 'becomes a read-only replica',
    // Nobody listens there: a replica that finds its primary would take over its data.
    strike: 'REPLICAOF 127.0.0.1 1',
    heal: 'REPLICAOF NO ONE',
  },
  {
    id: 'replicas',
    title: 'too few replicas for min-replicas-to-write',
    strike: 'CONFIG SET min-replicas-to-write 1',
    heal: 'CONFIG SET min-replicas-to-write 0',
  },
]

/** Redis answers, and takes no writes. */
export const fullRedis: readonly Fault[] = limits.flatMap(({ id, title, strike, heal }) =>
  redisLibraries.map((library) => ({
    id: `${id}-${library}`,
    title,
    store: 'Redis',
    client: library,
    async build(stack) {
      const { server, settings } = await startSingleRedis(stack, library)
      return {
        settings,
        outage: 'partial' as const,
        strike: () => command(server.port, strike),
        heal: () => command(server.port, heal),
      }
    },
  })),
)

async function command(port: number, text: string): Promise<void> {
  const reply = await redisCommand(port, text)
  if (!reply.startsWith('+OK')) throw new Error(`${text}: ${reply || 'no answer'}`)
}
