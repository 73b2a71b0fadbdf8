import { randomBytes } from 'node:crypto'
import { createSessions } from '../../create-sessions.ts'
import type { SessionStore } from '../../store.ts'
import { memoryStore } from '../../stores/memory/memory.ts'
import { testBrowser } from '../../testing/browser.ts'
import { fakeClock } from '../../testing/clock.ts'
import { type Tokens, tokens } from '../issue/tokens.ts'
import { newKeys } from '../keys/rotation.ts'
import type { FetchRoute } from './endpoint.ts'
import { type IntrospectionRouteOptions, introspectionRoute } from './introspection-route.ts'
import { revocationRoute } from './revocation-route.ts'
import { type TokenRouteOptions, tokenRoute } from './token-route.ts'

export const issuer = 'https://id.example.com'
export const url = `${issuer}/token`
export const api = 'https://api.example.com'
export const keys = await newKeys()
export const secretOf = () => randomBytes(32).toString('base64url')
export const [mobileSecret, webSecret, apiSecret, otherSecret] = [
  secretOf(),
  secretOf(),
  secretOf(),
  secretOf(),
]
export const clients = { web: [mobileSecret, webSecret] }

interface Setting {
  readonly store?: SessionStore
  readonly options?: TokenRouteOptions
  readonly resourceServers?: IntrospectionRouteOptions['resourceServers']
  readonly issuing?: Partial<Parameters<typeof tokens>[0]>
  readonly clientId?: string
  readonly dpop?: string
}

/** Alice's session, with a refresh token, and the endpoints. */
export async function started({
  store = memoryStore(),
  options = {},
  resourceServers = { [api]: apiSecret, other: otherSecret },
  issuing = {},
  clientId = 'mobile',
  dpop,
}: Setting = {}) {
  const clock = fakeClock()
  const warnings: string[] = []
  const made = tokens({ issuer, keys, refresh: { policy: 'refresh' }, now: clock.now, ...issuing })
  const sessions = createSessions({
    store,
    tokens: made as Tokens,
    policies: { default: {}, refresh: {} },
    now: clock.now,
    sweepInterval: false,
    warn: (message) => warnings.push(message),
  })
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.login('alice')
  visit.respond()
  const { token } = await visit.session.refreshToken({
    clientId,
    audience: api,
    scope: ['read', 'write'],
    ...(dpop && { dpop }),
  })
  const user = async () => (await browser.visit(sessions)).session.userId
  const route = tokenRoute(sessions, options)
  const revocation = revocationRoute(sessions, { clients })
  const introspection = introspectionRoute(sessions, { resourceServers })
  return { clock, warnings, sessions, session: visit.session, token, user, route, revocation, introspection }
}

export type Form = Readonly<Record<string, string>>

export async function post(route: FetchRoute, form: Form | string, headers: Form = {}) {
  const body = typeof form === 'string' ? form : new URLSearchParams(form).toString()
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const response = await route(new Request(url, { method: 'POST', body, headers: { ...type, ...headers } }))
  const text = await response.text()
  const json = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
  return { status: response.status, headers: response.headers, json }
}

export const grant = (token: string, more: Form = {}) => ({
  grant_type: 'refresh_token',
  client_id: 'mobile',
  refresh_token: token,
  ...more,
})

export const basic = (name: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(name)}:${encodeURIComponent(secret)}`).toString('base64')}`,
})
