import type { PolicyOptions } from 'latchkey'

/** How long sessions live. `default` is the layer's own: 30 minutes without use, 8 hours after the sign-in. */
export const policies = {
  /** Chosen at the sign-in: the cookie stays when the browser is closed (NIST AAL1: 30 days at most). */
  remembered: { idleTimeout: '14d', absoluteTimeout: '30d', persistent: true },
  /** While somebody administers: as short as NIST AAL3 has it. */
  admin: { idleTimeout: '15m', absoluteTimeout: '8h' },
} as const satisfies Record<string, PolicyOptions>

/** The policy of sessions that stay signed in. */
export const staysSignedIn = 'remembered' satisfies keyof typeof policies

/** The privilege to administer, and for how long it is granted. */
export const administration = { privilege: 'admin', for: '15m', policy: 'admin' } as const

/**
 * Sessions that a user may have; with one more the oldest sign-in ends. Enough for every browser of a person, and few
 * enough for one page.
 */
export const sessionsPerUser = 20
