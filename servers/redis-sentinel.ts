import { startAll, stopAll } from './group.ts'
import { host } from './ports.ts'
import { launchRedis, type RedisServer } from './redis.ts'
import { fieldOf, redisCommand } from './redis-command.ts'
import { until } from './until.ts'

export interface SentinelOptions {
  /** Its replicas are found through it, so start them before. */
  readonly primary: RedisServer
  /** What clients ask for. */
  readonly name: string
  readonly count?: number
  /** How long the primary may be silent before a failover, in milliseconds. */
  readonly downAfter?: number
}

export interface Sentinels {
  readonly addresses: readonly { readonly host: string; readonly port: number }[]
  stop(): Promise<void>
}

/** How long a step of a failover may take before it is tried again, in milliseconds. */
const FAILOVER_TIMEOUT = 3_000

/** Starts sentinels that watch the primary, and waits until they know each other and its replicas. */
export async function startSentinels(options: SentinelOptions): Promise<Sentinels> {
  const { primary, name, count = 3, downAfter = 1_000 } = options
  const settings = {
    [`sentinel monitor ${name}`]: `${host} ${primary.port} ${Math.floor(count / 2) + 1}`,
    [`sentinel down-after-milliseconds ${name}`]: String(downAfter),
    [`sentinel failover-timeout ${name}`]: String(FAILOVER_TIMEOUT),
  }
  const sentinels = await startAll(count, () => launchRedis(settings, { args: ['--sentinel'] }))
  try {
    const replicas = fieldOf(await redisCommand(primary.port, 'INFO'), 'connected_slaves')
    const complete = `slaves=${replicas},sentinels=${count}`
    await Promise.all(sentinels.map(({ port }) => untilKnown(port, complete)))
  } catch (error) {
    await stopAll(sentinels)
    throw error
  }
  return { addresses: sentinels.map(({ port }) => ({ host, port })), stop: () => stopAll(sentinels) }
}

async function untilKnown(port: number, complete: string): Promise<void> {
  await until(`the sentinel on port ${port} knows ${complete}`, async () => {
    return (await redisCommand(port, 'INFO')).includes(`,${complete}\r\n`)
  })
}
