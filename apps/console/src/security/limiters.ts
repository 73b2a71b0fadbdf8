import type { Pool } from 'pg'
import type { Logger } from 'pino'
import {
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible'
import type { RedisClient } from '../backends/redis.ts'
import { errorFacts } from '../errors.ts'
import { within } from '../within.ts'

/** How many in how many seconds. */
export interface Limit {
  readonly points: number
  readonly duration: number
}

/** What throttles need of rate-limiter-flexible. `consume` rejects with a RateLimiterRes when there were too many. */
export type Limiter = Pick<RateLimiterMemory, 'consume' | 'get' | 'set' | 'reward' | 'delete'>

/** @param name keeps the counts of different things apart */
export type CreateLimiter = (name: string, limit: Limit) => Limiter

// Milliseconds that a request waits for a shared count.
const patience = 1000
const table = 'console_throttles'

/** Counts in this process. */
export const memoryLimiter: CreateLimiter = (name, limit) =>
  new RateLimiterMemory({ ...limit, keyPrefix: name })

/** Counts that all consoles on this Redis share. */
export function redisLimiter(client: RedisClient, log: Logger): CreateLimiter {
  return (name, limit) => {
    const keyPrefix = `latchkey:console:throttle:${name}`
    const shared = new RateLimiterRedis({ ...limit, keyPrefix, storeClient: client, useRedisPackage: true })
    return insured(shared, memoryLimiter(name, limit), log)
  }
}

/** Counts that all consoles on this PostgreSQL share, in the table that their migration makes. */
export function postgresLimiter(pool: Pool, log: Logger): CreateLimiter {
  let isFirst = true
  return (name, limit) => {
    const shared = new RateLimiterPostgres({
      ...limit,
      keyPrefix: name,
      storeClient: pool,
      storeType: 'pool',
      tableName: table,
      tableCreated: true,
      // All of them are in one table, and one sweeps it.
      clearExpiredByTimeout: isFirst,
    })
    isFirst = false
    return insured(shared, memoryLimiter(name, limit), log)
  }
}

/**
 * Counts in this process while the shared place cannot answer. So an outage multiplies a limit by the number of
 * consoles at most: it neither lifts the limits nor locks everybody out. (The limiters' own `insuranceLimiter` waits
 * as long as the client does, which for a server that hangs is for ever.)
 */
function insured(shared: Limiter, own: Limiter, log: Logger): Limiter {
  async function ask<T>(question: (limiter: Limiter) => Promise<T>): Promise<T> {
    try {
      return await within(patience, question(shared))
    } catch (error) {
      if (error instanceof RateLimiterRes) throw error
      log.warn(errorFacts(error), 'a throttle counts in this process: the shared one does not answer')
      return await question(own)
    }
  }

  return {
    consume: (...values) => ask((limiter) => limiter.consume(...values)),
    get: (...values) => ask((limiter) => limiter.get(...values)),
    set: (...values) => ask((limiter) => limiter.set(...values)),
    reward: (...values) => ask((limiter) => limiter.reward(...values)),
    delete: (...values) => ask((limiter) => limiter.delete(...values)),
  }
}
