import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { host } from './ports.ts'
import { programPath, redisServer } from './programs.ts'
import { fieldOf, redisCommand } from './redis-command.ts'
import { type Place, type Server, startServer } from './server.ts'
import { until } from './until.ts'

export interface RedisServer extends Server {
  readonly url: string
}

export interface RedisOptions {
  readonly port?: number
  /** Lines of redis.conf. Nothing is saved by default; `appendonly` with `appendfsync: 'always'` keeps data over a kill. */
  readonly settings?: Readonly<Record<string, string>>
  readonly replicaOf?: { readonly host: string; readonly port: number }
}

/** Nothing is written to disk, and replicas get their data at once rather than five seconds later. */
export const quickAndForgetful = { save: '""', 'repl-diskless-sync-delay': '0' }

/** Starts Redis. A replica has the data of its primary when this returns. */
export async function startRedis({
  port,
  settings = {},
  replicaOf,
}: RedisOptions = {}): Promise<RedisServer> {
  const replication = replicaOf ? { replicaof: `${replicaOf.host} ${replicaOf.port}` } : {}
  const all = { ...quickAndForgetful, ...replication, ...settings }
  const server = await launchRedis(all, port === undefined ? {} : { port })
  if (replicaOf) await untilReplicating(server).catch((error) => stopAndThrow(server, error))
  return server
}

/** Starts Redis with the settings, which may lack what startRedis adds. */
export async function launchRedis(
  settings: Readonly<Record<string, string>>,
  { port, companions, args = [] }: Launch,
): Promise<RedisServer> {
  const program = programPath(redisServer)
  const kind = {
    name: 'redis-server',
    program,
    args: ({ folder }: Place) => [join(folder, 'redis.conf'), ...args],
    ...(companions && { companions }),
    prepare: (place: Place) => writeFile(join(place.folder, 'redis.conf'), configuration(place, settings)),
    isReady: (place: Place, pid: number) => answers(place, pid, settings.requirepass),
  }
  const server = await startServer(kind, port)
  return Object.assign(server, { url: `redis://${host}:${server.port}` })
}

interface Launch {
  readonly port?: number
  readonly companions?: (port: number) => readonly number[]
  readonly args?: readonly string[]
}

/** A file and not arguments: Redis and Sentinel rewrite it at a failover, so that a restart finds the new roles. */
function configuration({ port, folder }: Place, settings: Readonly<Record<string, string>>): string {
  const all = { bind: host, port: String(port), dir: folder, ...settings }
  return Object.entries(all)
    .map(([name, value]) => `${name} ${value}\n`)
    .join('')
}

/** That it is ours shows its process id: another server may have been quicker to take the port. */
async function answers({ port }: Place, pid: number, password: string | undefined): Promise<boolean> {
  const reply = await redisCommand(port, 'INFO', password)
  return fieldOf(reply, 'process_id') === String(pid) && fieldOf(reply, 'loading') !== '1'
}

/** Waits until the replica has its primary's data and follows it. */
export async function untilReplicating({ port }: { readonly port: number }): Promise<void> {
  await until(`the replica on port ${port} follows its primary`, async () => {
    return fieldOf(await redisCommand(port, 'INFO'), 'master_link_status') === 'up'
  })
}

async function stopAndThrow(server: Server, error: unknown): Promise<never> {
  await server.stop()
  throw error
}
