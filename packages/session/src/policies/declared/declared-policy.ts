import type { SameSite } from '../../cookie/cookie.ts'
import type { Policy } from '../policy.ts'
import type { Declaring } from './declaring.ts'

/** What sessions declare of themselves: `latchkey-policy/1`. Times in seconds. */
export interface DeclaredPolicy {
  readonly schema: 'latchkey-policy/1'
  readonly cookie: DeclaredCookie
  /** By name; `default` is that of every sign-in which names no other. */
  readonly policies: Readonly<Record<string, DeclaredTimes>>
  /** Null: any number. */
  readonly sessionsPerUser: { readonly max: number; readonly atCap: 'evict' | 'refuse' } | null
  /** What the use of a replaced secret ends. */
  readonly tokenReuseEnds: 'session' | 'user'
  /** Null where no tokens are issued. */
  readonly tokens: DeclaredTokens | null
}

export interface DeclaredCookie {
  readonly name: string
  readonly secure: boolean
  readonly httpOnly: true
  readonly sameSite: SameSite
  readonly path: string
  /** Null: this host alone. */
  readonly domain: string | null
  readonly partitioned: boolean
}

export interface DeclaredTimes {
  readonly idleTimeout: number
  readonly absoluteTimeout: number
  /** How often the secret in the cookie is replaced; null: never. */
  readonly renewalInterval: number | null
  readonly renewalOverlap: number
  readonly reuseTolerance: number
  /** Whether the browser keeps the cookie until the absolute timeout; else until it is closed. */
  readonly persistent: boolean
}

export interface DeclaredTokens {
  /** Of an access token, at most. */
  readonly lifetime: number
  /** Null where there are no refresh tokens. */
  readonly refresh: {
    readonly policy: string
    readonly repeatFor: number
    readonly perSession: number
  } | null
}

/** Written out member by member, so that nothing which is added to the options ends up in it by itself. */
export function declaredPolicy(declaring: Declaring): DeclaredPolicy {
  const { policies, sessionsPerUser, tokenReuseEnds, tokens } = declaring
  return {
    schema: 'latchkey-policy/1',
    cookie: cookieOf(declaring),
    policies: Object.fromEntries(policies.map((policy) => [policy.name, timesOf(policy)])),
    sessionsPerUser: sessionsPerUser
      ? { max: sessionsPerUser.max, atCap: sessionsPerUser.atCap ?? 'evict' }
      : null,
    tokenReuseEnds,
    tokens: tokens ? tokensOf(tokens) : null,
  }
}

function cookieOf({ cookie = {} }: Declaring): DeclaredCookie {
  const { name = '__Host-session', secure = true, sameSite = 'Strict', path = '/' } = cookie
  const { domain = null, partitioned = false } = cookie
  return { name, secure, httpOnly: true, sameSite, path, domain, partitioned }
}

function timesOf(policy: Policy): DeclaredTimes {
  const { idleTimeout, absoluteTimeout, renewalInterval, renewalOverlap, reuseTolerance, persistent } = policy
  return {
    idleTimeout: seconds(idleTimeout),
    absoluteTimeout: seconds(absoluteTimeout),
    renewalInterval: Number.isFinite(renewalInterval) ? seconds(renewalInterval) : null,
    renewalOverlap: seconds(renewalOverlap),
    reuseTolerance: seconds(reuseTolerance),
    persistent,
  }
}

function tokensOf({ lifetime, refresh }: NonNullable<Declaring['tokens']>): DeclaredTokens {
  if (refresh === null) return { lifetime: seconds(lifetime), refresh: null }
  const { policy, repeatFor, perSession } = refresh
  return { lifetime: seconds(lifetime), refresh: { policy, repeatFor: seconds(repeatFor), perSession } }
}

function seconds(milliseconds: number): number {
  return milliseconds / 1000
}
