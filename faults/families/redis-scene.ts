import { type RedisServer, startRedis } from '../../servers/redis.ts'
import type { ApplicationSettings, RedisSettings } from '../settings.ts'

export const redisLibraries = ['node-redis', 'ioredis'] as const
export type RedisLibrary = (typeof redisLibraries)[number]

/** Milliseconds that an application waits for its store; the default, 2 s, would make each fault last longer. */
export const storeTimeout = 400

/** One Redis, and an application on it. */
export async function startSingleRedis(
  stack: AsyncDisposableStack,
  library: RedisLibrary,
  configuration: Readonly<Record<string, string>> = {},
): Promise<{ server: RedisServer; settings: ApplicationSettings }> {
  const server = stack.adopt(await startRedis({ settings: configuration }), (each) => each.stop())
  return { server, settings: onRedis({ library, addresses: [server], topology: 'single' }) }
}

export function onRedis(settings: Omit<RedisSettings, 'kind' | 'client'>): ApplicationSettings {
  const addresses = settings.addresses.map(({ host, port }) => ({ host, port }))
  return { store: { kind: 'redis', client: 'recommended', ...settings, addresses }, storeTimeout }
}
