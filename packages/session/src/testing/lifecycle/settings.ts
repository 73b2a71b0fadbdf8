import type { PolicyOptions } from '../../policies/policy.ts'

/** Times of the runs, in milliseconds. Every step of the schedule takes one. */
export const renewalInterval = 20_000
export const renewalOverlap = 2000
/** Longer than anything honest brings an old secret back for, so that the runs see it pass often. */
export const reuseTolerance = 18_000
/** For how long a second sign-in of one click joins the first; it is not configured. */
export const joinableFor = 10_000

const renewal = { renewalInterval, renewalOverlap, reuseTolerance }

export const policies = {
  default: { ...renewal, idleTimeout: 60_000, absoluteTimeout: 200_000 },
  remembered: { ...renewal, idleTimeout: 300_000, absoluteTimeout: 1_000_000, persistent: true },
  admin: { ...renewal, idleTimeout: 30_000, absoluteTimeout: 90_000 },
} as const satisfies Record<string, PolicyOptions>

export type PolicyName = keyof typeof policies

// What the design takes for granted of a network and of browsers (decisions/0025). All of it together is less than the
// tolerance; the rest is for the steps in between. Nothing is taken for granted of how long a request is held open.
/** From the browser to the application. */
export const longestUpload = 4000
/** From its head to the browser: longer than from one renewal to the next. */
export const longestAnswer = renewalInterval + 2000
/** What a browser that crashed has lost of its cookies. */
export const cookieFileAge = 3000
/** Below the store's deadline. */
export const longestOperation = 1800

/** How far two clocks may be apart, and one be stepped. */
export const mostApart = 3000

/** How many sessions a user may have, in the runs that limit them. */
export const sessionsPerUser = 2
/** How many honest browsers there are; the one after them is the thief's. */
export const browsers = 3
/** Processes that share the store. */
export const processes = 2
