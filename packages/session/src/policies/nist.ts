import type { PolicyOptions } from './policy.ts'

/**
 * Timeouts of NIST SP 800-63B-4 by authentication assurance level (sections 2.1.3, 2.2.3, 2.3.3), for `policies`.
 * The level itself comes from how the user authenticates; a session never has a higher one than its sign-in.
 */
export const nistPolicies = {
  /** At most 30 days; inactivity is optional. */
  aal1: { absoluteTimeout: '30d', idleTimeout: false },
  /** At most 24 hours, 1 hour of inactivity. */
  aal2: { absoluteTimeout: '24h', idleTimeout: '1h' },
  /** At most 12 hours, 15 minutes of inactivity. */
  aal3: { absoluteTimeout: '12h', idleTimeout: '15m' },
} as const satisfies Record<string, PolicyOptions>
