import type { SessionStore } from 'latchkey'
import { redisStore } from 'latchkey/redis'
import { sqliteStore } from 'latchkey/sqlite'
import { createClient } from 'redis'

/**
 * The sessions, for the issuer and for what follows which of them end: in the file that SESSIONS_FILE names, or one in this
 * folder. With REDIS_URL in Redis, which tells of endings at once.
 */
export async function openStore(): Promise<SessionStore> {
  const url = process.env.REDIS_URL
  if (url === undefined) return sqliteStore(process.env.SESSIONS_FILE ?? 'tokens-example.sqlite')
  const redis = createClient({ url })
  // node-redis ends the process on a lost connection that nobody listens for. It reconnects by itself.
  redis.on('error', (error) => console.error('redis', error.message))
  await redis.connect()
  return redisStore(redis)
}
