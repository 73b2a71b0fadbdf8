// Server-sent events and WebSockets that end with their session: node examples/streams/server.ts
// With REDIS_URL, several of these share their sessions, and a session that one ends is ended in all of them.
import { createSessions, memoryStore, type SessionStore } from 'latchkey'
import { redisStore } from 'latchkey/redis'
import { createClient } from 'redis'
import { announce, port } from '../shared/announce.ts'
import { createStreamServer } from './streams.ts'

async function openStore(url: string | undefined): Promise<SessionStore> {
  if (url === undefined) return memoryStore()
  const redis = createClient({ url })
  // node-redis ends the process on a lost connection that nobody listens for. It reconnects by itself.
  redis.on('error', (error) => console.error('redis', error.message))
  await redis.connect()
  return redisStore(redis)
}

const sessions = createSessions({
  store: await openStore(process.env.REDIS_URL),
  cookie: { name: '__Host-streams-example' },
})
const server = createStreamServer(sessions)
server.listen(port, '127.0.0.1', () => announce(server))
