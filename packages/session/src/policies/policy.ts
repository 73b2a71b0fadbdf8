import { SessionError } from '../errors.ts'
import { refuseUnknown } from '../known-options.ts'
import type { SessionRecord } from '../store.ts'
import { type Duration, parseDuration } from './duration.ts'

/** How long a session lives and how often its secret changes; times in milliseconds (ASVS 7.1.1, 7.3.1, 7.3.2). */
export interface Policy {
  readonly name: string
  readonly idleTimeout: number
  readonly absoluteTimeout: number
  /** How old `lastSeenAt` may grow before a request writes it again. */
  readonly touchInterval: number
  /** How old the secret may grow; infinite where it is never renewed, 0 where every use does. */
  readonly renewalInterval: number
  /** How long the old secret stays good after the new one was used once. */
  readonly renewalOverlap: number
  /** How long a replaced secret that arrives is refused by itself, before it shows that somebody kept a copy. */
  readonly reuseTolerance: number
  /** Whether the cookie outlives the browser's run. */
  readonly persistent: boolean
}

export interface PolicyOptions {
  /** A session ends when it was not used for this long; false: only the absolute timeout. Default '30m'. */
  readonly idleTimeout?: Duration | false | undefined
  /** A session ends this long after its last authentication (a visitor's: after its creation). Default '8h'. */
  readonly absoluteTimeout?: Duration | undefined
  /** How often the secret in the cookie is replaced while the session is used; false: never. Default '1h'. */
  readonly renewalInterval?: Duration | false | undefined
  /** How long requests with the old secret may still arrive after the new one was used. Default '10s'. */
  readonly renewalOverlap?: Duration | undefined
  /**
   * For how long a replaced secret may still arrive from an honest browser: until then it is refused and nothing else
   * happens; later, and with its successor in use all the while, its use ends the session (`tokenReuseEnds`). It must
   * exceed the slowest upload through a proxy that buffers requests, plus what servers' clocks differ
   * (decisions/0025). Default '15m'.
   */
  readonly reuseTolerance?: Duration | undefined
  /** True gives the cookie a Max-Age until the absolute timeout: the user stays signed in. Default false. */
  readonly persistent?: boolean | undefined
}

export type Judgement = 'live' | 'idle-expired' | 'absolutely-expired'

const minute = 60_000
// A record, so that the compiler says when an option is missing here.
export const policyOptions: Readonly<Record<keyof PolicyOptions, true>> = {
  idleTimeout: true,
  absoluteTimeout: true,
  renewalInterval: true,
  renewalOverlap: true,
  reuseTolerance: true,
  persistent: true,
}

export const policyOptionNames = Object.keys(policyOptions) as readonly (keyof PolicyOptions)[]

/** @throws SessionError `config_invalid` for durations that cannot be, or an idle timeout beyond the absolute one */
export function createPolicy(name: string, options: PolicyOptions): Policy {
  refuseUnknown(`The policy ${JSON.stringify(name)}`, options, policyOptions)
  const absoluteTimeout = parseDuration(options.absoluteTimeout ?? '8h', 'absoluteTimeout')
  const idleTimeout =
    options.idleTimeout === false
      ? absoluteTimeout
      : parseDuration(options.idleTimeout ?? '30m', 'idleTimeout')
  if (idleTimeout > absoluteTimeout) {
    throw new SessionError(
      'config_invalid',
      `idleTimeout (${idleTimeout} ms) is longer than absoluteTimeout (${absoluteTimeout} ms), so it could never act. Make idleTimeout at most absoluteTimeout.`,
    )
  }
  const renewalInterval =
    options.renewalInterval === false
      ? Number.POSITIVE_INFINITY
      : parseDuration(options.renewalInterval ?? '1h', 'renewalInterval')
  const renewalOverlap = parseDuration(options.renewalOverlap ?? '10s', 'renewalOverlap')
  if (renewalOverlap > renewalInterval) {
    throw new SessionError(
      'config_invalid',
      `renewalOverlap (${renewalOverlap} ms) is longer than renewalInterval (${renewalInterval} ms): the record remembers one earlier secret. Make it at most renewalInterval.`,
    )
  }
  return {
    name,
    idleTimeout,
    absoluteTimeout,
    touchInterval: Math.min(minute, idleTimeout / 10),
    renewalInterval,
    renewalOverlap,
    reuseTolerance: parseDuration(options.reuseTolerance ?? '15m', 'reuseTolerance'),
    persistent: options.persistent ?? false,
  }
}

type Times = Pick<SessionRecord, 'createdAt' | 'authenticatedAt' | 'lastSeenAt'>

/**
 * Whether a record is still a session at `now`. Judged from its times, so that shortening a policy acts on live
 * sessions at once; the stored `expiresAt` counts too, so that lengthening one never revives an ended session.
 */
export function judge(
  record: Times & { readonly expiresAt: number },
  policy: Policy,
  now: number,
): Judgement {
  // Asked this way round, what is no number ends a session.
  if (!(now < absoluteEnd(record, policy))) return 'absolutely-expired'
  if (!(now < record.lastSeenAt + policy.idleTimeout && now < record.expiresAt)) return 'idle-expired'
  return 'live'
}

/** The earliest moment at which a session with these times ends. */
export function expiryOf(record: Times, policy: Policy): number {
  return Math.min(record.lastSeenAt + policy.idleTimeout, absoluteEnd(record, policy))
}

/** Whether this request should write `lastSeenAt`. Writing it seldom only ends sessions early, never late. */
export function isTouchDue(record: Times, policy: Policy, now: number): boolean {
  return now - record.lastSeenAt >= policy.touchInterval
}

/** The moment that no use can put off. */
export function absoluteEnd(record: Omit<Times, 'lastSeenAt'>, policy: Policy): number {
  return (record.authenticatedAt ?? record.createdAt) + policy.absoluteTimeout
}
