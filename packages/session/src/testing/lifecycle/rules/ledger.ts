import { secretHashOf } from '../../../secret/token.ts'
import type { SessionRecord } from '../../../store.ts'
import type { FakeClock } from '../../clock.ts'
import type { Action, Generation, Known, Request, View } from '../running/action.ts'
import type { Clocks } from '../running/clocks.ts'
import {
  mostApart,
  type PolicyName,
  policies,
  renewalInterval,
  renewalOverlap,
  reuseTolerance,
} from '../settings.ts'
import type { Settings } from '../step.ts'

/**
 * - `good`: must be let in
 * - `replaced`: its successor is in use; opens nothing and ends nothing, since an honest browser may bring it late
 * - `reused`: the same, for so long that somebody has kept a copy: the session must end
 * - `dead`: of before a privilege boundary; opens nothing and ends nothing
 * - `over`: the session has ended or its time is up
 */
export type Judgement = 'good' | 'replaced' | 'reused' | 'dead' | 'over'

const never = Number.NEGATIVE_INFINITY
const always = Number.POSITIVE_INFINITY
const sidLength = 20

/** The truth of a run: every session with all its secrets and everything that could be seen of it, by step. */
export class Ledger {
  tick = 0
  readonly clock: FakeClock
  /** How old a copy may be from which a request is answered. */
  readonly maxStale: number
  readonly sessions = new Map<string, Known>()
  readonly generations = new Map<string, Generation>()
  /** The random part of every sealed text. */
  readonly nonces = new Set<string>()

  /** How far the clocks of its processes may be apart. */
  readonly apart: number
  readonly #clocks: Clocks

  constructor(clocks: Clocks, maxStale: number, settings: Settings) {
    this.clock = clocks.time
    this.#clocks = clocks
    this.maxStale = maxStale
    this.apart = settings.clocks === 'apart' ? mostApart : 0
  }

  add(record: SessionRecord, view: View): Known {
    const known: Known = {
      sid: record.sid,
      record,
      last: record,
      generations: [],
      versions: [{ view, from: this.tick, until: always, untilTime: always }],
      isShared: false,
      ...{
        signedInTick: this.tick,
        policyTime: never,
        liveTick: this.tick,
        liveTime: this.clock.now(),
        deadTick: never,
        endedFor: new Map(),
      },
      ...{
        sealedTime: always,
        sealedBy: null,
        writtenTime: new Map(),
        dataKeys: new Map(),
        readRecord: null,
      },
    }
    this.sessions.set(record.sid, known)
    this.addGeneration(known, record, 'start', null)
    return known
  }

  addGeneration(
    session: Known,
    { secretHash: hash, renewedAt }: SessionRecord,
    cause: Generation['cause'],
    by: Action | null,
  ): Generation {
    const born = { bornAt: renewedAt, bornTick: this.tick, bornTime: this.clock.now() }
    const seen = { usedAt: null, usedTime: never, goodTick: never, goodTime: never, badTick: never }
    const generation = {
      session,
      hash,
      cause,
      by,
      knownTick: always,
      ...born,
      ...seen,
      harmlessTick: this.tick,
    }
    session.generations.push(generation)
    this.generations.set(hash, generation)
    return generation
  }

  addVersion(session: Known, view: View): void {
    const last = session.versions.at(-1)
    if (last) Object.assign(last, { until: this.tick, untilTime: this.clock.now() })
    session.versions.push({ view, from: this.tick, until: always, untilTime: always })
  }

  end(session: Known): void {
    session.record = null
    session.deadTick = this.tick
  }

  /** The secret in a cookie, `name=token`; null when no session ever had it. */
  generationOf(cookie: string): Generation | null {
    return this.generations.get(secretHashOf(cookie.slice(cookie.indexOf('=') + 1))) ?? null
  }

  /** The session whose sid is in a cookie, `name=token`. */
  namedBy(cookie: string): Known | null {
    const text = cookie.slice(cookie.indexOf('=') + 1)
    return this.sessions.get(text.slice(0, sidLength)) ?? null
  }

  /** By all clocks. */
  isLive(known: Known): boolean {
    return this.#clocks.readings().every((now) => isLiveAt(known, now))
  }

  /** By one of the clocks. */
  mayBeLive(known: Known): boolean {
    return this.#clocks.readings().some((now) => isLiveAt(known, now))
  }

  liveOf(userId: string, process?: number): Known[] {
    const known = [...this.sessions.values()].filter(({ last }) => last.userId === userId)
    if (process === undefined) return known.filter((each) => this.isLive(each))
    return known.filter((each) => isLiveAt(each, this.#clocks.of(process)))
  }

  /** What a secret is by each of the clocks, if its session lives. */
  judgeSecret(generation: Generation): readonly Judgement[] {
    return this.#clocks.readings().map((now) => this.#judgeAt(generation, now))
  }

  #judgeAt(generation: Generation, now: number): Judgement {
    const later = this.laterThan(generation)
    const { last } = generation.session
    if (later.length === 0) return 'good'
    if (!isRecognisable(later)) return 'dead'
    const firstUse = later.length === 1 ? later[0]?.usedAt : last.renewedAt - renewalInterval
    if (firstUse === null || firstUse === undefined) return 'good'
    if (later.length === 1 && now < firstUse + renewalOverlap) return 'good'
    return Math.min(now, lastUseOf(last)) - firstUse > reuseTolerance ? 'reused' : 'replaced'
  }

  /** Whether the use of a secret was the sign of a theft at some moment since a tick. */
  mayBeReused(generation: Generation, tick: number, arrivedAt: number): boolean {
    // Boundaries since then have made it one of no meaning.
    const later = this.laterThan(generation).filter(
      ({ cause, bornTick }) => cause === 'renewal' || bornTick < tick,
    )
    const firstUse = later[0]?.usedAt ?? null
    const isUsed = firstUse !== null && isRecognisable(later)
    return isUsed && Math.min(arrivedAt, lastUseOf(generation.session.last)) - firstUse > reuseTolerance
  }

  laterThan(generation: Generation): readonly Generation[] {
    const { generations } = generation.session
    return generations.slice(generations.indexOf(generation) + 1)
  }

  /** The newest secret of a session that a request knows. */
  newestOf({ own }: Request, { generations }: Known): Generation | null {
    return generations.findLast((each) => own.has(each)) ?? null
  }

  /**
   * Whether the session's secret is of the family that a request was let in with, or has made. Who was let in with the
   * secret before, after a second sign-in of its click, is of the new family.
   */
  isOfFamily(request: Request, session: Known): boolean {
    const newest = this.newestOf(request, session)
    if (!newest) return false
    const [next, ...rest] = this.laterThan(newest)
    const isJoined = next?.cause === 'join' && next.bornTick <= request.admittedTick
    return [...(next && !isJoined ? [next] : []), ...rest].every(({ cause }) => cause === 'renewal')
  }

  /** When somebody else has taken a session from the family of a request; null when nobody has. */
  leftAt(request: Request, session: Known): number | null {
    const newest = this.newestOf(request, session)
    if (!newest || this.isOfFamily(request, session)) return null
    const isRenewal = ({ cause, bornTick }: Generation) =>
      cause === 'renewal' || (cause === 'join' && bornTick <= request.admittedTick)
    return this.laterThan(newest).find((each) => !isRenewal(each))?.bornTick ?? null
  }

  /** The moments to come at which something ends or falls due: timeouts, overlaps and renewals. */
  turningPoints(): number[] {
    const live = [...this.sessions.values()].filter((known) => this.isLive(known))
    const points = live.flatMap(({ last, generations }) => {
      const newest = generations.at(-1)
      const usedAt = newest ? usableSince(newest) : null
      const used =
        usedAt === null ? [] : [usedAt + renewalOverlap, usedAt + reuseTolerance, usedAt + renewalInterval]
      return [expiryOf(last), ...used]
    })
    return points.filter((point) => point > this.clock.now()).toSorted((a, b) => a - b)
  }

  /** Notes after every step what was good and live then: by one of the clocks, and not by one of them. */
  look(): void {
    const now = this.clock.now()
    const readings = this.#clocks.readings()
    for (const known of this.sessions.values()) {
      if (known.record === null && known.deadTick < this.tick) continue
      for (const reading of readings) this.#lookAt(known, reading, now)
    }
  }

  #lookAt(known: Known, reading: number, now: number): void {
    const isLive = isLiveAt(known, reading)
    if (isLive) Object.assign(known, { liveTick: this.tick, liveTime: now })
    else known.deadTick = this.tick
    for (const generation of known.generations) {
      const judgement = isLive ? this.#judgeAt(generation, reading) : 'over'
      if (judgement === 'good') Object.assign(generation, { goodTick: this.tick, goodTime: now })
      else generation.badTick = this.tick
      if (judgement !== 'reused') generation.harmlessTick = this.tick
    }
  }
}

function isLiveAt({ record }: Known, now: number): boolean {
  return record !== null && now < expiryOf(record)
}

function lastUseOf({ lastSeenAt, renewedAt }: SessionRecord): number {
  return Math.max(lastSeenAt, renewedAt)
}

/** Whether what came after a secret leaves it recognisable: renewals, or one second sign-in of the same click. */
function isRecognisable(later: readonly Generation[]): boolean {
  return later.every(({ cause }) => cause === 'renewal') || (later.length === 1 && later[0]?.cause === 'join')
}

/** From when on the next renewal is counted; null until it is known. */
export function usableSince({ cause, usedAt, bornAt }: Generation): number | null {
  return cause === 'renewal' || cause === 'join' ? usedAt : bornAt
}

/** The moment at which a session with these times ends (law 4), by rules of our own. */
export function expiryOf({ lastSeenAt, createdAt, authenticatedAt, policy }: SessionRecord): number {
  const { idleTimeout, absoluteTimeout } = policies[policy as PolicyName]
  return Math.min(lastSeenAt + idleTimeout, (authenticatedAt ?? createdAt) + absoluteTimeout)
}

/** How late the last use may have been written, on the safe side. */
export function touchIntervalOf({ policy }: SessionRecord): number {
  return policies[policy as PolicyName].idleTimeout / 10
}
