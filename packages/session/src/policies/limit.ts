import { SessionError } from '../errors.ts'
import { refuseUnknown } from '../known-options.ts'
import type { SessionRecord } from '../store.ts'

export interface LimitOptions {
  /** Live sessions that a user may have. */
  readonly max: number
  /** What happens to one more (ASVS 7.1.2): the oldest makes room, or the sign-in is refused. Default 'evict'. */
  readonly atCap?: 'evict' | 'refuse'
}

/** Keeps the number of a user's sessions. Exact also when many sign-ins happen at once, on any store. */
export interface Limit {
  /**
   * Before a sign-in changes anything.
   * @throws SessionError `too_many_sessions`
   */
  before(userId: string, sid: string | null): Promise<void>
  /**
   * After the record of a sign-in was written, before its cookie goes out.
   * @throws SessionError `too_many_sessions` when this one has to go; it is ended then
   */
  after(record: SessionRecord): Promise<void>
}

interface LimitContext {
  /** The live sessions of a user. */
  listLive(userId: string): Promise<SessionRecord[]>
  /** Ends a session that is one too many. */
  evict(record: SessionRecord): Promise<void>
  /** Tells that a sign-in met the cap. `who.sid` is null when it has no session. */
  exceeded(
    who: { readonly sid: string | null; readonly userId: string | null },
    more: { readonly max: number; readonly outcome: 'evicted' | 'refused' },
  ): void
}

/** @throws SessionError `config_invalid` */
export function createLimit(options: LimitOptions, { listLive, evict, exceeded }: LimitContext): Limit {
  refuseUnknown('sessionsPerUser', options, { max: true, atCap: true })
  const { max, atCap = 'evict' } = options
  refuseInvalid({ max, atCap })
  const isFirst = atCap === 'evict' ? isNewer : isOlder
  return {
    async before(userId, sid) {
      if (atCap === 'evict') return
      const others = (await listLive(userId)).filter((record) => record.sid !== sid)
      if (others.length < max) return
      exceeded({ sid, userId }, { max, outcome: 'refused' })
      throw tooMany(max)
    },
    // Everyone who signs in looks at what is there after writing its own, and puts all in the same order. Whoever
    // looks last sees every one of them, and what an earlier look removed, that one would have removed as well.
    async after(record) {
      const all = await listLive(record.userId ?? '')
      if (all.length <= max) return
      const excess = all.sort((a, b) => (isFirst(a, b) ? -1 : 1)).slice(max)
      await Promise.all(excess.map(evict))
      const isRefused = atCap === 'refuse' && excess.some(({ sid }) => sid === record.sid)
      if (isRefused || atCap === 'evict')
        exceeded(record, { max, outcome: isRefused ? 'refused' : 'evicted' })
      if (isRefused) throw tooMany(max)
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
