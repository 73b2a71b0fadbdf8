import type { Logger } from 'pino'
import type { createClient } from 'redis'
import { errorFacts } from '../errors.ts'
import { within } from '../within.ts'
import { placeOf } from './settings.ts'
import { starting } from './start-error.ts'

export type RedisClient = ReturnType<typeof createClient>

// Milliseconds.
const connectTimeout = 2000
const pingInterval = 2000
const silenceLimit = 5000
const longestPause = 1000
const closeTimeout = 2000

export interface RedisConnection {
  readonly client: RedisClient
  close(): Promise<void>
}

/**
 * A connection that finds its server again after an outage; commands fail at once meanwhile.
 * @throws Error in one line that names `variable`, when the server cannot be used now
 */
export async function connectRedis(variable: string, url: string, log: Logger): Promise<RedisConnection> {
  const { createClient } = await import('redis')
  let hasStarted = false
  const client = createClient({
    url,
    name: 'latchkey-console',
    disableOfflineQueue: true,
    // A peer that vanished without a word is found by its silence.
    pingInterval,
    socket: {
      connectTimeout,
      socketTimeout: silenceLimit,
      reconnectStrategy: (retries) => (hasStarted ? Math.min(longestPause, 50 * 2 ** retries) : false),
    },
  }) as RedisClient
  reportOutages(client, log)
  try {
    const place = { variable, server: 'Redis', at: placeOf(url, 6379) } as const
    await starting(place, () => within(connectTimeout + silenceLimit, client.connect()))
    hasStarted = true
  } catch (error) {
    destroy(client)
    throw error
  }
  return {
    client,
    close: () => within(closeTimeout, client.close()).catch(() => destroy(client)),
  }
}

/** One line when an outage begins and one when it ends, not one for every attempt to connect. */
function reportOutages(client: RedisClient, log: Logger): void {
  let isOut = false
  // Without a listener the first error would end the process. Its message may hold what was sent.
  client.on('error', (error: unknown) => {
    if (!isOut) log.warn(errorFacts(error), 'the connection to Redis was lost')
    isOut = true
  })
  client.on('ready', () => {
    if (isOut) log.info('Redis is connected again')
    isOut = false
  })
}

function destroy(client: RedisClient): void {
  try {
    client.destroy()
  } catch {
    // It was closed already.
  }
}
