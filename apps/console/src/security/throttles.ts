import { createHash } from 'node:crypto'
import { RateLimiterRes } from 'rate-limiter-flexible'
import { type CreateLimiter, type Limit, type Limiter, memoryLimiter } from './limiters.ts'
import { throttleKey } from './throttle-key.ts'

export interface Limits {
  /** Failed sign-ins for one name from one address. */
  readonly signInPair: Limit
  /** Failed sign-ins from one address, whatever the name. */
  readonly signInAddress: Limit
  /** Failed sign-ins for one name from all addresses that never signed in with it. */
  readonly signInName: Limit
  /** Right passwords for one name, whatever the address. */
  readonly rightName: Limit
  /** Right passwords from one address, whatever the name. */
  readonly rightAddress: Limit
  readonly signUp: Limit
  readonly visitorAudits: Limit
  readonly userAudits: Limit
  /** Streams of progress that one session opens. A browser that lost one tries again every few seconds. */
  readonly streamSession: Limit
  /** Those of all sessions of one address. */
  readonly streamAddress: Limit
}

const minute = 60
const hour = 3600

export const defaultLimits: Limits = {
  signInPair: { points: 10, duration: 15 * minute },
  signInAddress: { points: 50, duration: 15 * minute },
  signInName: { points: 100, duration: hour },
  rightName: { points: 30, duration: 15 * minute },
  rightAddress: { points: 300, duration: 15 * minute },
  signUp: { points: 10, duration: hour },
  visitorAudits: { points: 10, duration: hour },
  userAudits: { points: 60, duration: hour },
  streamSession: { points: 60, duration: minute },
  streamAddress: { points: 300, duration: minute },
}

// An address stays known to an account for this long, in seconds.
const knownFor = 7 * 24 * hour

export interface Throttles {
  /**
   * Counts a sign-in before its password is looked at, so that many at once gain nothing. Seconds to wait when there
   * were too many, else null. The same for names that exist and names that do not.
   */
  signIn(name: string, address: string): Promise<number | null>
  /**
   * The password was right: the attempt does not count as a guess. Of right ones there can be too many as well, each
   * being a hash, a token and lines in the history; then seconds to wait, and nobody is to be signed in.
   */
  right(name: string, address: string): Promise<number | null>
  signUp(address: string): Promise<number | null>
  visitorAudit(address: string): Promise<number | null>
  userAudit(userId: string): Promise<number | null>
  stream(sid: string, address: string): Promise<number | null>
}

/**
 * Windows are fixed and end by themselves. Nobody can lock a user out: from an address that has signed in with the
 * name before, only that address's own failures count.
 *
 * @param limiter where it is counted; by default in this process
 */
export function createThrottles(
  limits: Limits = defaultLimits,
  limiter: CreateLimiter = memoryLimiter,
): Throttles {
  const pair = limiter('pair', limits.signInPair)
  const byAddress = limiter('address', limits.signInAddress)
  const byName = limiter('name', limits.signInName)
  const rightByName = limiter('right-name', limits.rightName)
  const rightByAddress = limiter('right-address', limits.rightAddress)
  const known = limiter('known', { points: 1, duration: knownFor })
  const signUp = limiter('sign-up', limits.signUp)
  const visitors = limiter('visitor', limits.visitorAudits)
  const users = limiter('user', limits.userAudits)
  const streamsOfSession = limiter('stream-session', limits.streamSession)
  const streamsOfAddress = limiter('stream-address', limits.streamAddress)

  return {
    async signIn(name, address) {
      const from = throttleKey(address)
      const both = pairKey(name, from)
      const isKnown = (await known.get(both)) !== null
      // In this order: what one address is refused anyway does not use up what the others have for this name.
      const wait = (await take(pair, both)) ?? (await take(byAddress, from))
      return wait ?? (isKnown ? null : take(byName, nameDigest(name)))
    },
    async right(name, address) {
      const from = throttleKey(address)
      const both = pairKey(name, from)
      // Who has too many of them has this one counted as a guess, so that soon not even its password is looked at.
      const wait = (await take(rightByName, nameDigest(name))) ?? (await take(rightByAddress, from))
      if (wait !== null) return wait
      const wasKnown = (await known.get(both)) !== null
      await pair.delete(both)
      await byAddress.reward(from)
      if (!wasKnown) await byName.reward(nameDigest(name))
      await known.set(both, 1, knownFor)
      return null
    },
    signUp: (address) => take(signUp, throttleKey(address)),
    visitorAudit: (address) => take(visitors, throttleKey(address)),
    userAudit: (userId) => take(users, userId),
    stream: async (sid, address) =>
      (await take(streamsOfSession, sid)) ?? (await take(streamsOfAddress, throttleKey(address))),
  }
}

// Digests keep keys short whatever was typed, and typed text (a password in the wrong field) out of memory.
const nameDigest = (name: string): string =>
  createHash('sha256').update(name.toLowerCase()).digest('base64url')
const pairKey = (name: string, from: string): string => `${nameDigest(name)} ${from}`

async function take(limiter: Limiter, key: string): Promise<number | null> {
  try {
    await limiter.consume(key)
    return null
  } catch (rejection) {
    if (!(rejection instanceof RateLimiterRes)) throw rejection
    return Math.max(1, Math.ceil(rejection.msBeforeNext / 1000))
  }
}
