import type { ClientOptions } from './clients/client.ts'
import type { ProxyOptions } from './clients/client-address.ts'
import type { CookieOptions } from './cookie/cookie.ts'
import type { CrossOriginOptions } from './csrf/cross-origin.ts'
import { SessionError } from './errors.ts'
import { refuseUnknown } from './known-options.ts'
import type { Duration } from './policies/duration.ts'
import type { LimitOptions } from './policies/limit.ts'
import type { PoliciesOptions } from './policies/policies.ts'
import { policyOptions } from './policies/policy.ts'
import { refuseInvalidSchema, type SchemaOptions } from './schema/schema.ts'
import type { SessionStore } from './store.ts'
import type { Telemetry } from './telemetry/telemetry.ts'
import type { Tokens } from './tokens/issue/tokens.ts'

export interface SessionsOptions extends PoliciesOptions, ProxyOptions {
  readonly store: SessionStore
  readonly cookie?: CookieOptions | undefined
  /**
   * Which unsafe requests of other origins are let through; the rest is refused with 403, with or without a session
   * (CSRF). false: the application protects itself. Default: none is let through.
   */
  readonly crossOrigin?: CrossOriginOptions | false | undefined
  /**
   * What a logout has the browser clear of this origin (Clear-Site-Data, ASVS 14.3.1); false: nothing. `'cookies'`
   * removes every cookie of the site and its subdomains; `'cache'` takes Chromium up to two seconds, and keeps Back from
   * the page that the sign-in led to. Default ['cache', 'storage'].
   */
  readonly clearSiteData?:
    | readonly ('cache' | 'cookies' | 'storage' | 'executionContexts')[]
    | false
    | undefined
  /** How many live sessions a user may have, and what happens to one more. Default: any number. */
  readonly sessionsPerUser?: LimitOptions | undefined
  /**
   * Keeps with each session which clients used it, for lists of devices: the user agent, the address (see
   * `trustedProxies`), when they were first and last seen. Personal data, so it is off unless asked for.
   * Default false.
   */
  readonly clients?: ClientOptions | boolean | undefined
  /**
   * What ends when a secret is used again that was replaced, so that somebody must have a copy: that session, or all
   * of its user. Default 'session'.
   */
  readonly tokenReuseEnds?: 'session' | 'user' | undefined
  /**
   * True stores values encrypted, readable by requests of their own session alone: nothing in the store opens them.
   * Lists then show no values. Sessions that are already there are sealed when they get their next secret.
   * Default false.
   */
  readonly sealed?: boolean | undefined
  /** Bytes of all keys and values of one session together. Default 65536. */
  readonly maxRecordBytes?: number | undefined
  /** How long a request waits for the store before it is refused; `revokeAll` a hundred times that. Default '2s'. */
  readonly storeTimeout?: Duration | undefined
  /** Tokens from sessions, as `tokens` of `latchkey/tokens` makes them: sessions then have `accessToken`. Default: none. */
  readonly tokens?: Tokens<object, string> | undefined
  /** Spans and metrics, as `latchkey/opentelemetry` makes them. Default: none. */
  readonly telemetry?: Telemetry | undefined
  /** How often ended records are removed from a store that does not do so by itself; false: never. Default '5m'. */
  readonly sweepInterval?: Duration | false | undefined
  /**
   * How soon an open stream ends when a timeout passed, or when another process ended its session and the store
   * does not announce that. Default '5s'.
   */
  readonly streamCheckInterval?: Duration | undefined
  /** Milliseconds since the epoch. Default Date.now; tests give their own. */
  readonly now?: (() => number) | undefined
  /** Where the few warnings go. Default console.warn. */
  readonly warn?: ((message: string) => void) | undefined
}

// A record, so that the compiler says when an option is missing here.
const knownOptions: Record<keyof SessionsOptions | keyof SchemaOptions, true> = {
  store: true,
  cookie: true,
  ...policyOptions,
  policies: true,
  crossOrigin: true,
  clearSiteData: true,
  sessionsPerUser: true,
  clients: true,
  tokenReuseEnds: true,
  telemetry: true,
  tokens: true,
  trustedProxies: true,
  forwardedBy: true,
  sealed: true,
  data: true,
  dataVersion: true,
  migrate: true,
  maxRecordBytes: true,
  storeTimeout: true,
  sweepInterval: true,
  streamCheckInterval: true,
  now: true,
  warn: true,
}

/** @throws SessionError `config_invalid` */
export function refuseInvalid(options: SessionsOptions & Partial<SchemaOptions>): void {
  refuseUnknown('createSessions', options, knownOptions)
  if (typeof options.store?.read !== 'function') {
    throw new SessionError('config_invalid', 'createSessions needs a store. Write store: memoryStore().')
  }
  refuseInvalidSchema(options)
  if (options.tokens !== undefined && typeof options.tokens?.issue !== 'function')
    throw new SessionError(
      'config_invalid',
      'tokens must be made by tokens({ issuer, keys }) of latchkey/tokens.',
    )
  const { maxRecordBytes, tokenReuseEnds = 'session' } = options
  if (tokenReuseEnds !== 'session' && tokenReuseEnds !== 'user') {
    throw new SessionError('config_invalid', "tokenReuseEnds must be 'session' or 'user'.")
  }
  if (maxRecordBytes !== undefined && !(Number.isInteger(maxRecordBytes) && maxRecordBytes > 0)) {
    throw new SessionError(
      'config_invalid',
      `maxRecordBytes: ${maxRecordBytes} is not a number of bytes. Write 65536.`,
    )
  }
}
