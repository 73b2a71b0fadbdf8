import { makesLogins } from './makes-logins.ts'
import type { AuditOptions } from './options.ts'

/** Seconds: what an audit may take where nothing else is said. */
const USUAL_LIMIT = 1800
/** Below, how long a request takes would count. */
const LEAST = 10

/**
 * What of the declared has to be known before anything is sent, as the options that it has; one that was given wins. A
 * time is waited for where that fits into the time limit, or where a later run goes on.
 */
export function withExpectations(options: AuditOptions): AuditOptions {
  const { expect, passive } = options
  if (expect === undefined || passive || !makesLogins(options)) return options
  const { concurrentSessions, idleTimeout, absoluteTimeout } = expect
  return {
    ...(isWaitedFor(idleTimeout, options) ? { idleTimeout } : {}),
    ...(isWaitedFor(absoluteTimeout, options) ? { absoluteTimeout } : {}),
    ...(concurrentSessions === undefined ? {} : { expectSessions: concurrentSessions }),
    ...options,
  }
}

/** A session that is not used is looked at when half of the time more has passed. */
function isWaitedFor(seconds: number | undefined, options: AuditOptions): boolean {
  if (seconds === undefined || seconds < LEAST) return false
  return Object.hasOwn(options, 'resume') || 1.5 * seconds + 240 <= (options.timeLimit ?? USUAL_LIMIT)
}
