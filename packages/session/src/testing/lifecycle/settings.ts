import type { PolicyOptions } from '../../policies/policy.ts'

/** Times of the runs, in milliseconds. Every step of the schedule takes one. */
export const renewalInterval = 20_000
export const renewalOverlap = 2000
/** Longer than anything honest brings an old secret back for, so that the runs see it pass often. */
export const reuseTolerance = 12_000
/** For how long a second sign-in of one click joins the first; it is not configured. */
export const joinableFor = 10_000

const renewal = { renewalInterval, renewalOverlap, reuseTolerance }

export const policies = {
  default: { ...renewal, idleTimeout: 60_000, absoluteTimeout: 200_000 },
  remembered: { ...renewal, idleTimeout: 300_000, absoluteTimeout: 1_000_000, persistent: true },
  admin: { ...renewal, idleTimeout: 30_000, absoluteTimeout: 90_000 },
} as const satisfies Record<string, PolicyOptions>

export type PolicyName = keyof typeof policies

// What the design takes for granted of a network (decisions/0011): a request is under way for less than the overlap,
// and an answer with a cookie for less than the time between two renewals. The rest is for the steps in between.
export const longestRequest = renewalOverlap - 1000
export const longestAnswer = renewalInterval - 2000

/** How many sessions a user may have, in the runs that limit them. */
export const sessionsPerUser = 2
/** How many honest browsers there are; the one after them is the thief's. */
export const browsers = 3
/** Processes that share the store. */
export const processes = 2
