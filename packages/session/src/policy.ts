import { type Duration, parseDuration } from './duration.ts'
import { SessionError } from './errors.ts'
import type { SessionRecord } from './store.ts'

/** Both timeouts of a session, in milliseconds (ASVS 7.3.1, 7.3.2). */
export interface Policy {
  readonly name: string
  readonly idleTimeout: number
  readonly absoluteTimeout: number
  /** How old `lastSeenAt` may grow before a request writes it again. */
  readonly touchInterval: number
}

export interface PolicyOptions {
  /** A session ends when it was not used for this long. Default '30m'. */
  readonly idleTimeout?: Duration
  /** A session ends this long after its last authentication (a visitor's: after its creation). Default '8h'. */
  readonly absoluteTimeout?: Duration
}

export type Judgement = 'live' | 'idle-expired' | 'absolutely-expired'

const minute = 60_000

/** @throws SessionError `config_invalid` for durations that cannot be, or an idle timeout beyond the absolute one */
export function createPolicy(name: string, options: PolicyOptions): Policy {
  const idleTimeout = parseDuration(options.idleTimeout ?? '30m', 'idleTimeout')
  const absoluteTimeout = parseDuration(options.absoluteTimeout ?? '8h', 'absoluteTimeout')
  if (idleTimeout > absoluteTimeout) {
    throw new SessionError(
      'config_invalid',
      `idleTimeout (${idleTimeout} ms) is longer than absoluteTimeout (${absoluteTimeout} ms), so it could never act. Make idleTimeout at most absoluteTimeout.`,
    )
  }
  return { name, idleTimeout, absoluteTimeout, touchInterval: Math.min(minute, idleTimeout / 10) }
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
  if (now >= absoluteEnd(record, policy)) return 'absolutely-expired'
  if (now >= record.lastSeenAt + policy.idleTimeout || now >= record.expiresAt) return 'idle-expired'
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

function absoluteEnd(record: Times, policy: Policy): number {
  return (record.authenticatedAt ?? record.createdAt) + policy.absoluteTimeout
}
