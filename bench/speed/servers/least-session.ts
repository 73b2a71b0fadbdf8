import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { nodeRedis } from '../../backends/clients.ts'
import { payloadOf, userOf } from '../payload.ts'
import { answer } from './answer.ts'

const idleTimeout = 30 * 60_000

/**
 * The least that a session in Redis does for a request when its secret is stored as a hash: find the cookie, hash,
 * read the record, compare, look at the clock, keep caches away. No deadline, no policies, no renewal, no writes: what
 * it costs more than one GET is what no library can save.
 */
export async function leastSession(): Promise<RequestListener> {
  const client = await nodeRedis()
  return async (request, response) => {
    if (request.url !== '/me') {
      const user = userOf(request.url ?? '')
      const [sid, secret] = [15, 33].map((bytes) => randomBytes(bytes).toString('base64url'))
      const fields = {
        h: hashOf(secret ?? ''),
        t: String(Date.now()),
        u: user,
        d: JSON.stringify(payloadOf(user)),
      }
      await client.hSet(`least:${sid}`, fields)
      response.setHeader(
        'set-cookie',
        `__Host-session=${sid}${secret}; Path=/; Secure; HttpOnly; SameSite=Strict`,
      )
      return answer(response, user)
    }
    const cookie = request.headers.cookie ?? ''
    const at = cookie.indexOf('__Host-session=') + 15
    const read = client.sendCommand(['HMGET', `least:${cookie.slice(at, at + 20)}`, 'h', 't', 'u', 'd'])
    const presented = hashOf(cookie.slice(at + 20, at + 64))
    const [stored, seen, user, data] = (await read) as unknown as (string | null)[]
    const isRight = stored != null && timingSafeEqual(Buffer.from(presented), Buffer.from(stored))
    const isLive = isRight && data != null && Date.now() < Number(seen) + idleTimeout
    response.setHeader('cache-control', 'no-store')
    answer(response, isLive ? (user ?? null) : null)
  }
}

const hashOf = (text: string) => hash('sha256', text, 'base64url')
