import { hash, randomBytes } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { answer } from './answer.ts'

const prefix = 'least='
const sidLength = 22
const tokenLength = 64

/**
 * The least code that a session is: find the cookie, hash its secret once, look up its ID, compare, say `no-store`.
 * No timeouts, no renewal, no other cookies, nothing that ends it.
 */
export function leastCode(): RequestListener {
  const sessions = new Map<string, { readonly hash: string; readonly user: string }>()
  return ({ url = '', headers }, response) => {
    response.setHeader('cache-control', 'no-store')
    if (url.startsWith('/login')) {
      const token = randomBytes(tokenLength).toString('base64url').slice(0, tokenLength)
      const user = new URLSearchParams(url.slice(url.indexOf('?'))).get('user') ?? ''
      sessions.set(token.slice(0, sidLength), {
        hash: hash('sha256', token.slice(sidLength), 'base64url'),
        user,
      })
      response.setHeader('set-cookie', `${prefix}${token}; HttpOnly; SameSite=Strict; Path=/`)
      return answer(response, user)
    }
    const cookie = headers.cookie ?? ''
    const start = cookie.indexOf(prefix) + prefix.length
    const session = sessions.get(cookie.slice(start, start + sidLength))
    const secret = cookie.slice(start + sidLength, start + tokenLength)
    const isGood = session !== undefined && hash('sha256', secret, 'base64url') === session.hash
    answer(response, isGood ? session.user : null)
  }
}
