import { makesLogins } from './makes-logins.ts'
import type { AuditOptions } from './options.ts'

/** What has to be known before anything is sent, as the options that it has. An option that was given wins. */
export function withExpectations(options: AuditOptions): AuditOptions {
  const { expect } = options
  if (expect === undefined) return options
  const { concurrentSessions, idleTimeout, absoluteTimeout } = expect
  const counts = concurrentSessions !== undefined && !options.passive && makesLogins(options)
  return {
    ...(idleTimeout === undefined ? {} : { expectIdleTimeout: idleTimeout }),
    ...(absoluteTimeout === undefined ? {} : { expectAbsoluteTimeout: absoluteTimeout }),
    ...(counts ? { expectSessions: concurrentSessions } : {}),
    ...options,
  }
}
