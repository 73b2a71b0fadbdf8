import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { jwtVerify, SignJWT } from 'jose'
import { nodeRedis } from '../../backends/clients.ts'
import { secret } from '../../peers.ts'
import { userOf } from '../payload.ts'
import { answer } from './answer.ts'
import type { Servers } from './servers.ts'

/** What a JWT says of its user; null for one that is not to be believed. */
interface Claims {
  readonly sub?: string | undefined
  readonly jti?: string | undefined
}
type Verify = (token: string) => Promise<Claims | null> | Claims | null
type IsRevoked = (id: string) => Promise<boolean>

const key = Buffer.from(secret, 'hex')
const lifetime = 900

/**
 * JWTs (RFC 7519) signed with HMAC-SHA256, in a cookie: by jose, and by the least code that verifies one. "blocklist"
 * asks Redis whether the token was revoked, which is what a logout needs.
 */
export const jwtServers: Servers = {
  'jwt-jose': () => withTokens(verifyByJose, null),
  'jwt-jose-blocklist': async () => withTokens(verifyByJose, await blocklist()),
  'jwt-least': () => withTokens(verifyLeast, null),
  'jwt-least-blocklist': async () => withTokens(verifyLeast, await blocklist()),
}

function withTokens(verify: Verify, isRevoked: IsRevoked | null): RequestListener {
  return async (request, response) => {
    if (request.url !== '/me') {
      const user = userOf(request.url ?? '')
      response.setHeader('set-cookie', `token=${await sign(user)}; Path=/; Secure; HttpOnly; SameSite=Strict`)
      return answer(response, user)
    }
    const claims = await verify((request.headers.cookie ?? '').slice('token='.length))
    const isRefused = claims === null || (isRevoked !== null && (await isRevoked(claims.jti ?? '')))
    answer(response, isRefused ? null : (claims.sub ?? null))
  }
}

function sign(user: string): Promise<string> {
  return new SignJWT({ roles: ['customer', 'reviewer'] })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime(`${lifetime} s`)
    .sign(key)
}

async function verifyByJose(token: string): Promise<Claims> {
  return (await jwtVerify(token, key, { algorithms: ['HS256'] })).payload
}

function verifyLeast(token: string): Claims | null {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const expected = createHmac('sha256', key).update(`${header}.${payload}`).digest()
  const presented = Buffer.from(signature, 'base64url')
  if (presented.length !== expected.length || !timingSafeEqual(presented, expected)) return null
  const { alg } = JSON.parse(Buffer.from(header, 'base64url').toString())
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return alg === 'HS256' && claims.exp > Date.now() / 1000 ? claims : null
}

async function blocklist(): Promise<IsRevoked> {
  const client = await nodeRedis()
  return async (id) => (await client.exists(`revoked:${id}`)) > 0
}
