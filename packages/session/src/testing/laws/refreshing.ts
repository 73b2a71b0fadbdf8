import assert from 'node:assert/strict'
import { generateKeyPairSync, hash, randomUUID, sign } from 'node:crypto'
import { createSessions } from '../../create-sessions.ts'
import type { SessionsOptions } from '../../options.ts'
import type { SessionStore } from '../../store.ts'
import { tokenRoute } from '../../tokens/endpoints/token-route.ts'
import type { SessionWithTokens } from '../../tokens/issue/token-session.ts'
import { type RefreshOptions, tokens } from '../../tokens/issue/tokens.ts'
import type { ManagedJwk } from '../../tokens/keys/key-set.ts'
import type { RefreshToken, RefreshTokenOptions } from '../../tokens/refresh/refresh-token.ts'
import { type TestBrowser, testBrowser } from '../browser.ts'
import { type FakeClock, fakeClock } from '../clock.ts'
import { lawOptions } from './law.ts'

export const endpoint = 'https://id.example.com/token'
export const api = 'https://api.example.com'

const key = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as ManagedJwk
const asked = { clientId: 'mobile', audience: api }

/** What the token endpoint says. */
export interface TokenAnswer {
  readonly error?: string
  readonly access_token?: string
  readonly refresh_token?: string
  readonly token_type?: string
  readonly expires_in?: number
  readonly scope?: string
}

/** A server with refresh tokens; a second one on the same store is another process. */
export interface RefreshingServer {
  readonly clock: FakeClock
  readonly sessions: ReturnType<typeof start>
  /** Signs in, and gives the browser's client a refresh token. */
  granted(userId?: string, options?: Partial<RefreshTokenOptions<string>>): Promise<Granted>
  /** What the token endpoint answers to a refresh token. */
  refresh(token: string, more?: Readonly<Record<string, string>>, proof?: string): Promise<TokenAnswer>
}

export interface Granted extends RefreshToken {
  readonly browser: TestBrowser
  /** The session's. */
  readonly parent: string
  session(): Promise<SessionWithTokens>
}

function start(store: SessionStore, refresh: Partial<RefreshOptions>, options: Partial<SessionsOptions>) {
  return createSessions({
    store,
    sweepInterval: false,
    policies: { default: {}, refresh: { idleTimeout: '7d', absoluteTimeout: '30d' } },
    ...lawOptions(),
    ...options,
    tokens: tokens({
      issuer: 'https://id.example.com',
      keys: { keys: [key] },
      refresh: { policy: 'refresh', ...refresh },
      ...(options.now && { now: options.now }),
    }),
  })
}

export function refreshingServer(
  store: SessionStore,
  {
    clock = fakeClock(),
    refresh = {},
    ...options
  }: Omit<Partial<SessionsOptions>, 'now'> & { clock?: FakeClock; refresh?: Partial<RefreshOptions> } = {},
): RefreshingServer {
  const sessions = start(store, refresh, { now: clock.now, ...options })
  const route = tokenRoute(sessions, { url: endpoint })
  return {
    clock,
    sessions,
    async granted(userId = 'alice', more = {}) {
      const browser = testBrowser()
      const visit = await browser.visit(sessions)
      await visit.session.login(userId)
      visit.respond()
      const token = await visit.session.refreshToken({ ...asked, ...more })
      assert.ok(visit.session.sid)
      const session = async () => (await browser.visit(sessions)).session
      return { ...token, browser, parent: visit.session.sid, session }
    },
    async refresh(token, more = {}, proof) {
      const body = new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: 'mobile',
        refresh_token: token,
        ...more,
      })
      const headers = proof === undefined ? {} : { dpop: proof }
      const response = await route(new Request(endpoint, { method: 'POST', body, headers }))
      return (await response.json()) as TokenAnswer
    },
  }
}

/** The refresh token that an answer brings. */
export function nextOf(answer: TokenAnswer): string {
  assert.ok(answer.access_token && answer.refresh_token, JSON.stringify(answer))
  return answer.refresh_token
}

/** What a token says, unverified. */
export function claimsOf({ access_token: token }: TokenAnswer): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString())
}

interface Proven {
  readonly method?: string
  readonly url?: string
  readonly token?: string
}

/** A client's key, and proofs by it. */
export function clientKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const { kty, crv, x } = publicKey.export({ format: 'jwk' })
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return {
    thumbprint: hash('sha256', JSON.stringify({ crv, kty, x }), 'base64url'),
    /** For the token endpoint, unless another request is named. */
    prove(at: number, { method = 'POST', url = endpoint, token }: Proven = {}): string {
      const header = encoded({ typ: 'dpop+jwt', alg: 'EdDSA', jwk: { kty, crv, x } })
      const ath = token !== undefined && { ath: hash('sha256', token, 'base64url') }
      const claims = { jti: randomUUID(), htm: method, htu: url, iat: Math.floor(at / 1000), ...ath }
      const signed = `${header}.${encoded(claims)}`
      return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`
    },
  }
}
