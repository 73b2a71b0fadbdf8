import type { IncomingMessage, RequestListener } from 'node:http'
import { ACCOUNT, isAccount, randomToken } from '../../serve/account.ts'
import { homePage } from '../../serve/pages.ts'
import { isFromElsewhere, readCookies, sendHtml } from '../../serve/requests.ts'
import { type Algorithm, makeKeys } from './keys.ts'
import { faulty, sound } from './verifiers.ts'

export type TokenFault =
  | keyof typeof faulty
  | 'known-secret'
  | 'empty-key'
  | 'no-end'
  | 'long'
  | 'personal'
  | 'password'

export interface TokenSite {
  readonly alg: Algorithm
  readonly fault: TokenFault | null
  /** Default `header`. */
  readonly in?: 'header' | 'cookie'
  /** Nothing on the server knows which tokens are in use, so that the logout ends none. */
  readonly stateless?: boolean
}

const QUARTER = 15 * 60
const COOKIE = 'ticket'

/** Plain node:http for a single-page app whose session is a JSON Web Token. By itself the logout ends its jti. */
export async function tokenSite(site: TokenSite): Promise<RequestListener> {
  const { alg, fault } = site
  const keys = await makeKeys(alg, secretOf(fault))
  const verify = fault !== null && fault in faulty ? faulty[fault as keyof typeof faulty] : sound
  const emptyKey = fault === 'empty-key' ? faulty['key-name'] : verify
  const live = new Set<string>()

  const claimsOf = async (request: IncomingMessage): Promise<Record<string, unknown> | null> => {
    const claims = await emptyKey(presented(site, request), keys).catch(() => null)
    if (claims === null || claims.sub !== ACCOUNT.username) return null
    if (fault !== 'expired-too' && Number(claims.exp ?? Infinity) * 1000 < Date.now()) return null
    return site.stateless || live.has(String(claims.jti)) ? claims : null
  }

  return async (request, response) => {
    response.setHeader('Cache-Control', 'no-store')
    const send = (status: number, answer: unknown) => {
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer))
    }
    const at = `${request.method} ${request.url}`
    if (at === 'GET /') return sendHtml(response, homePage())
    if (at === 'GET /.well-known/jwks.json' && keys.published.length > 0)
      return send(200, { keys: keys.published })
    if (at === 'POST /api/login') {
      if (isFromElsewhere(request)) return send(403, { error: 'Sign in on our own page' })
      let body = ''
      for await (const chunk of request) body += String(chunk)
      const { username, password } = JSON.parse(body || '{}')
      if (!isAccount(username, password)) return send(401, { error: 'Wrong name or password' })
      live.delete(String((await claimsOf(request))?.jti))
      const jti = randomToken()
      live.add(jti)
      const token = await keys.sign({ ...claims(fault), jti })
      if (site.in !== 'cookie') return send(200, { token })
      response.setHeader('Set-Cookie', `${COOKIE}=${token}; Path=/; HttpOnly; SameSite=Lax`)
      return send(200, { ok: true })
    }
    const known = await claimsOf(request)
    if (known === null) return send(401, { error: 'Sign in first' })
    if (at === 'GET /api/me') return send(200, { user: ACCOUNT.username, name: ACCOUNT.name })
    if (at !== 'POST /api/logout') return send(404, { error: 'Not found' })
    live.delete(String(known.jti))
    if (site.in === 'cookie') response.setHeader('Set-Cookie', `${COOKIE}=; Path=/; Max-Age=0`)
    send(200, { ok: true })
  }
}

function presented(site: TokenSite, request: IncomingMessage): string {
  if (site.in === 'cookie') return readCookies(request).get(COOKIE) ?? ''
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
}

function secretOf(fault: TokenFault | null): string | undefined {
  if (fault === 'known-secret' || fault === 'expired-too') return 'your-256-bit-secret'
  return fault === 'empty-key' ? '' : undefined
}

function claims(fault: TokenFault | null): Record<string, unknown> {
  const iat = Math.floor(Date.now() / 1000)
  const lifetime = fault === 'long' ? 32 * QUARTER : QUARTER
  return {
    sub: ACCOUNT.username,
    iat,
    ...(fault === 'no-end' ? {} : { exp: iat + lifetime }),
    ...(fault === 'personal' ? { email: 'ada@tidewater.example', phone_number: '+44 20 7946 0000' } : {}),
    ...(fault === 'password' ? { user: { name: ACCOUNT.username, password_hash: '0b6a1f1ad9d1c9e7' } } : {}),
  }
}
