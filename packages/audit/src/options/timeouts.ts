import { AuditError } from './errors.ts'
import { makesLogins } from './makes-logins.ts'
import type { AuditOptions } from './options.ts'

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }
/** Below, how long a request takes would count. */
const LEAST = 10
const MOST_IDLE = 7 * 86_400
const MOST_ABSOLUTE = 90 * 86_400
const SHORTEST_PASSPHRASE = 12

/** `30m`, `8h`, `90s`, `1d` in seconds. Throws AuditError `usage`. */
export function readDuration(option: string, given: string): number {
  const [, count, unit = ''] = /^(\d+)([smhd])$/.exec(given) ?? []
  const seconds = Number(count) * (UNITS[unit] ?? Number.NaN)
  if (Number.isSafeInteger(seconds) && seconds > 0) return seconds
  throw new AuditError('usage', `${option} wants a time with its unit, such as 90s, 30m, 8h or 1d`)
}

/** Seconds past what is expected until it is looked at: sites count in whole seconds, and some in minutes. */
export function marginOf(seconds: number): number {
  return Math.min(120, Math.max(5, Math.ceil(seconds / 30)))
}

/** Seconds that an audit waits to see sessions end; none where a later run looks at them. */
export function secondsToWait({ idleTimeout, absoluteTimeout, resume }: AuditOptions): number {
  if (resume !== undefined) return 0
  // Where a user has one session at a time, the one that is looked at earlier comes after the other.
  const idle = idleTimeout === undefined ? 0 : 1.5 * idleTimeout + 2 * marginOf(idleTimeout)
  const absolute = absoluteTimeout === undefined ? 0 : absoluteTimeout + 2 * marginOf(absoluteTimeout)
  return Math.ceil(Math.max(idle, absolute))
}

/** Throws AuditError `usage` for what cannot be what was meant. */
export function checkTimeouts(options: AuditOptions): void {
  const { idleTimeout, absoluteTimeout, resume } = options
  inReach('--idle-timeout', idleTimeout, MOST_IDLE)
  inReach('--absolute-timeout', absoluteTimeout, MOST_ABSOLUTE)
  const isAsked = idleTimeout !== undefined || absoluteTimeout !== undefined
  if (isAsked && (options.passive || !makesLogins(options))) {
    throw new AuditError(
      'usage',
      '--idle-timeout and --absolute-timeout need logins of their own: give a user name and a password',
    )
  }
  if (idleTimeout !== undefined && absoluteTimeout !== undefined && absoluteTimeout < idleTimeout) {
    throw new AuditError(
      'usage',
      '--absolute-timeout is shorter than --idle-timeout, which then says nothing',
    )
  }
  if (resume === undefined) return
  if (!isAsked) {
    throw new AuditError('usage', '--resume is for --idle-timeout or --absolute-timeout, so give one of them')
  }
  if (resume.file === '') throw new AuditError('usage', '--resume wants the name of a file')
  if (resume.passphrase.length < SHORTEST_PASSPHRASE) {
    throw new AuditError(
      'usage',
      `--resume-passphrase wants ${SHORTEST_PASSPHRASE} characters or more: it protects sessions that are alive`,
    )
  }
}

function inReach(option: string, seconds: number | undefined, most: number): void {
  if (seconds === undefined) return
  if (!Number.isInteger(seconds) || seconds < LEAST || seconds > most) {
    throw new AuditError('usage', `${option} must be from ${LEAST}s to ${most / 86_400}d`)
  }
}
