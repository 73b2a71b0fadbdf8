import { SessionError } from '../errors.ts'
import { refuseUnknown } from '../known-options.ts'
import { superseded } from '../request/lost-session.ts'
import type { SessionRecord } from '../store.ts'

export interface LimitOptions {
  /** Live sessions that a user may have. */
  readonly max: number
  /** What happens to one more (ASVS 7.1.2): the oldest makes room, or the sign-in is refused. Default 'evict'. */
  readonly atCap?: 'evict' | 'refuse' | undefined
}

/** Keeps the number of a user's sessions. Exact also when many sign-ins happen at once, on any store. */
export interface Limit {
  /**
   * Before a sign-in changes anything.
   * @param sid the session that it goes on with or takes the place of; null for none
   * @returns when it is to say that the user authenticated: later than all that are there, whatever clocks those have, or
   *   the newest sign-in would be the one to go
   * @throws SessionError `too_many_sessions`
   */
  before(userId: string, sid: string | null): Promise<number>
  /**
   * After the record of a sign-in was written, before its cookie goes out.
   * @param since when that was (performance.now): what it asks of the store has one deadline together
   * @throws SessionError `too_many_sessions`, or `session_superseded` where newer ones took its place, when this one has
   *   to go; it is ended then
   */
  after(record: SessionRecord, since: number): Promise<void>
}

interface LimitContext {
  now(): number
  /** The live sessions of a user. */
  listLive(userId: string, since?: number): Promise<SessionRecord[]>
  /** Ends a session that is one too many. */
  evict(record: SessionRecord, since: number): Promise<void>
  /** Tells that a sign-in met the cap. `who.sid` is null when it has no session. */
  exceeded(
    who: { readonly sid: string | null; readonly userId: string | null },
    more: { readonly max: number; readonly outcome: 'evicted' | 'refused' },
  ): void
}

/** @throws SessionError `config_invalid` */
export function createLimit(options: LimitOptions, { now, listLive, evict, exceeded }: LimitContext): Limit {
  refuseUnknown('sessionsPerUser', options, { max: true, atCap: true })
  const { max, atCap = 'evict' } = options
  refuseInvalid({ max, atCap })
  const isFirst = atCap === 'evict' ? isNewer : isOlder
  return {
    async before(userId, sid) {
      const others = (await listLive(userId)).filter((record) => record.sid !== sid)
      if (atCap === 'refuse' && others.length >= max) {
        exceeded({ sid, userId }, { max, outcome: 'refused' })
        throw tooMany(max)
      }
      return Math.max(now(), ...others.map(({ authenticatedAt }) => (authenticatedAt ?? 0) + 1))
    },
    // Everyone who signs in looks at what is there after writing its own, and puts all in the same order. Whoever
    // looks last sees every one of them, and what an earlier look removed, that one would have removed as well.
    async after(record, since) {
      const all = await listLive(record.userId ?? '', since)
      if (all.length <= max) return
      const excess = all.sort((a, b) => (isFirst(a, b) ? -1 : 1)).slice(max)
      await Promise.all(excess.map((each) => evict(each, since)))
      const isOwn = excess.some(({ sid }) => sid === record.sid)
      if (isOwn || atCap === 'evict')
        exceeded(record, { max, outcome: isOwn && atCap === 'refuse' ? 'refused' : 'evicted' })
      if (isOwn) throw atCap === 'refuse' ? tooMany(max) : superseded()
    },
  }
}

// The sid decides between sign-ins of the same millisecond: any order will do, if it is the same for all.
function isNewer(a: SessionRecord, b: SessionRecord): boolean {
  return isOlder(b, a)
}

function isOlder(a: SessionRecord, b: SessionRecord): boolean {
  const [first, second] = [a.authenticatedAt ?? 0, b.authenticatedAt ?? 0]
  return first === second ? a.sid < b.sid : first < second
}

function tooMany(max: number): SessionError {
  return new SessionError(
    'too_many_sessions',
    `The user has ${max} sessions, as many as sessionsPerUser allows. Offer to end one of them (sessions.list, revoke).`,
  )
}

function refuseInvalid({ max, atCap }: Required<LimitOptions>): void {
  if (Number.isInteger(max) && max > 0 && (atCap === 'evict' || atCap === 'refuse')) return
  throw new SessionError(
    'config_invalid',
    "sessionsPerUser needs a whole number from 1. Write sessionsPerUser: { max: 5, atCap: 'evict' } or 'refuse'.",
  )
}
