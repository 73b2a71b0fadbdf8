import { secretHashOf } from '../../../request/token.ts'
import type { SessionRecord } from '../../../store.ts'
import type { FakeClock } from '../../clock.ts'
import type { Generation, Known, View } from '../running/action.ts'
import { type PolicyName, policies, renewalInterval, renewalOverlap } from '../settings.ts'

/**
 * - `good`: must be let in
 * - `reused`: its successor is in use, so that somebody has kept a copy: the session must end
 * - `dead`: of before a privilege boundary; opens nothing and ends nothing
 * - `over`: the session has ended or its time is up
 */
export type Judgement = 'good' | 'reused' | 'dead' | 'over'

const never = Number.NEGATIVE_INFINITY
const always = Number.POSITIVE_INFINITY

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

  constructor(clock: FakeClock, maxStale: number) {
    this.clock = clock
    this.maxStale = maxStale
  }

  add(record: SessionRecord, view: View): Known {
    const known: Known = {
      sid: record.sid,
      record,
      last: record,
      generations: [],
      versions: [{ view, from: this.tick, until: always, untilTime: always }],
      isShared: false,
      ...{ policyTime: never, liveTick: this.tick, liveTime: this.clock.now(), deadTick: never },
      ...{ sealedTime: always, sealedBy: null, writtenTime: new Map(), readRecord: null },
    }
    this.sessions.set(record.sid, known)
    this.addGeneration(known, record.secretHash, 'start', record.renewedAt)
    return known
  }

  addGeneration(session: Known, hash: string, cause: Generation['cause'], bornAt: number): Generation {
    const born = { bornAt, bornTick: this.tick, bornTime: this.clock.now() }
    const seen = { usedAt: null, usedTime: never, goodTick: never, goodTime: never, badTick: never }
    const generation = { session, hash, cause, ...born, ...seen }
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

  isLive({ record }: Known): boolean {
    return record !== null && this.clock.now() < expiryOf(record)
  }

  liveOf(userId: string): Known[] {
    return [...this.sessions.values()].filter((known) => known.last.userId === userId && this.isLive(known))
  }

  judge(generation: Generation): Judgement {
    return this.isLive(generation.session) ? this.judgeSecret(generation) : 'over'
  }

  /** What a secret is, if its session lives. */
  judgeSecret(generation: Generation): Judgement {
    return this.#judgeBy(this.laterThan(generation))
  }

  /** Whether a secret was found to be replaced at some moment since a tick, before anything else was wrong with it. */
  wasReused(generation: Generation, tick: number): boolean {
    const later = this.laterThan(generation)
    const since = later.filter(({ cause, bornTick }) => cause === 'renewal' || bornTick < tick)
    return this.#judgeBy(since) === 'reused'
  }

  laterThan(generation: Generation): readonly Generation[] {
    const { generations } = generation.session
    return generations.slice(generations.indexOf(generation) + 1)
  }

  #judgeBy(later: readonly Generation[]): Judgement {
    if (later.length === 0) return 'good'
    if (later.some(({ cause }) => cause !== 'renewal')) return 'dead'
    const [successor] = later
    const isFirst = later.length === 1 && successor !== undefined
    if (!isFirst) return 'reused'
    const { usedAt } = successor
    return usedAt === null || this.clock.now() < usedAt + renewalOverlap ? 'good' : 'reused'
  }

  /** The moments to come at which something ends or falls due: timeouts, overlaps and renewals. */
  turningPoints(): number[] {
    const live = [...this.sessions.values()].filter((known) => this.isLive(known))
    const points = live.flatMap(({ last, generations }) => {
      const newest = generations.at(-1)
      const usedAt = newest?.cause === 'renewal' ? newest.usedAt : (newest?.bornAt ?? null)
      const used = usedAt === null ? [] : [usedAt + renewalOverlap, usedAt + renewalInterval]
      return [expiryOf(last), ...used]
    })
    return points.filter((point) => point > this.clock.now()).toSorted((a, b) => a - b)
  }

  /** Notes after every step what was good and live then. */
  look(): void {
    const now = this.clock.now()
    for (const known of this.sessions.values()) {
      if (known.record === null && known.deadTick < this.tick) continue
      if (this.isLive(known)) Object.assign(known, { liveTick: this.tick, liveTime: now })
      else known.deadTick = this.tick
      // Older ones never become good again.
      for (const generation of known.generations.slice(-3)) {
        if (this.judge(generation) === 'good')
          Object.assign(generation, { goodTick: this.tick, goodTime: now })
        else generation.badTick = this.tick
      }
    }
  }
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
