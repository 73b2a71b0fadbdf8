import { type Duration, parseDuration } from '../../policies/duration.ts'
import type { Known } from './read-marker.ts'

interface Timeouts {
  readonly idleTimeout?: Duration | undefined
  readonly absoluteTimeout?: Duration | undefined
}

/** When sessions of @fastify/session end. All times are milliseconds since the epoch. */
export interface Times {
  /** @param cookie of the session, as JSON */
  end(createdAt: number, lastSeenAt: number, cookie: string): number
  /** The end that a session cannot outlive, or that of a request which has read it now. */
  last(createdAt: number, now: number, cookie: string): number
  /** The cookie as it is by now: its end moves with the session's use, and is not written every time. */
  cookie(known: Known): object
  /** Whether the use of a session is to be written: not every time, since most requests change nothing. */
  isUsed(known: Known, now: number): boolean
  /** The same where @fastify/session has moved the cookie's own end. */
  isDue(known: Known, cookie: string, now: number): boolean
}

const minute = 60_000
const hour = 60 * minute

/** @throws SessionError `config_invalid` */
export function createTimes({ idleTimeout, absoluteTimeout }: Timeouts): Times {
  const fixedIdle = idleTimeout === undefined ? null : parseDuration(idleTimeout, 'idleTimeout')
  const fixedAbsolute =
    absoluteTimeout === undefined ? null : parseDuration(absoluteTimeout, 'absoluteTimeout')
  const idleOf = (cookie: string) => fixedIdle ?? maxAgeOf(cookie) ?? 30 * minute
  const absoluteOf = (idle: number) => fixedAbsolute ?? Math.max(8 * hour, idle)
  const step = (cookie: string) =>
    Math.min(minute, Math.min(idleOf(cookie), maxAgeOf(cookie) ?? minute * 10) / 10)

  return {
    end(createdAt, lastSeenAt, cookie) {
      const idle = idleOf(cookie)
      return Math.min(lastSeenAt + idle, createdAt + absoluteOf(idle))
    },
    last: (createdAt, now, cookie) => Math.max(createdAt + absoluteOf(idleOf(cookie)), now + hour),
    cookie({ cookie, lastSeenAt }) {
      const maxAge = maxAgeOf(cookie)
      const expires = maxAge === null ? undefined : new Date(lastSeenAt + maxAge).toISOString()
      return { ...JSON.parse(cookie), ...(expires && { expires, originalExpires: undefined }) }
    },
    isUsed: (known, now) => now - known.lastSeenAt >= step(known.cookie),
    isDue: (known, cookie, now) => isElse(known.cookie, cookie) || now - known.lastSeenAt >= step(cookie),
  }
}

function maxAgeOf(cookie: string): number | null {
  const { originalMaxAge } = JSON.parse(cookie) as { originalMaxAge?: unknown }
  return typeof originalMaxAge === 'number' && originalMaxAge >= 1 ? originalMaxAge : null
}

/** Whether more than the moment differs, which moves with every use. */
function isElse(before: string, after: string): boolean {
  return fixedOf(before) !== fixedOf(after)
}

function fixedOf(cookie: string): string {
  const { expires, originalExpires: _, ...fixed } = JSON.parse(cookie)
  const isMoving = maxAgeOf(cookie) !== null
  return JSON.stringify({ ...fixed, expires: isMoving ? null : expires })
}
