import { createSessions } from '../../../create-sessions.ts'
import type { SessionEventName } from '../../../events/events.ts'
import type { Sessions } from '../../../sessions.ts'
import type { SessionStore } from '../../../store.ts'
import { cached } from '../../../stores/cached/cached.ts'
import type { FakeClock } from '../../clock.ts'
import { policies, processes, sessionsPerUser } from '../settings.ts'
import type { Settings } from '../step.ts'
import { running } from './action.ts'
import { Clocks } from './clocks.ts'
import { Gate } from './gate.ts'
import { holdLooks, streamCheckInterval } from './looks.ts'

/**
 * A store that runs are played on, one after the other: what they leave behind is in nobody's way, so that no server,
 * table or connection is made for each. Runs at the same time need a lane, and a table or key prefix, each.
 */
export interface Lane {
  readonly store: SessionStore
  readonly clock: FakeClock
  readonly clocks: Clocks
  readonly gate: Gate
  /** Each process' sessions, sealed and not; and how old the copies may be that they answer from. */
  readonly sessionsFor: (settings: Settings, isSealing: boolean) => readonly Sessions[]
  readonly maxStale: number
  /** For names that no other run has. */
  runs: number
  /** Between two runs: nothing of the one is live in the time of the next. */
  rest(): Promise<void>
  close(): Promise<void>
}

export interface LaneOptions {
  /** A near cache in each process. */
  readonly isCached?: boolean
}

const cacheMaxStale = 2500
// The longest that any session of a run can live, and how many runs may leave their records.
const longestLife = policies.remembered.absoluteTimeout
const runsBetweenCleanings = 200

export function createLane(store: SessionStore, { isCached = false }: LaneOptions = {}): Lane {
  // Redis expires records by the real clock as a backstop, so these must not be of the past.
  const clocks = new Clocks(Date.now())
  const { time: clock } = clocks
  holdLooks()
  const gate = new Gate(clock.now)
  const gated = gate.around(store)
  const nowOf = Array.from({ length: processes }, (_, process) => () => clocks.of(process))
  const stores = nowOf.map((now) =>
    isCached ? cached(gated, { maxStale: cacheMaxStale, now, elapsed: clock.now }) : gated,
  )
  const made = new Map<string, readonly Sessions[]>()

  function sessionsFor(settings: Settings, isSealing: boolean): readonly Sessions[] {
    const { limit, clients, tokenReuseEnds } = settings
    const name = [limit, clients, tokenReuseEnds, isSealing].join()
    const known = made.get(name)
    if (known) return known
    const sessions = stores.map((each, at) => sessionsOn(each, nowOf[at] ?? clock.now, settings, isSealing))
    made.set(name, sessions)
    return sessions
  }

  return {
    store: gated,
    clock,
    clocks,
    gate,
    sessionsFor,
    maxStale: isCached ? cacheMaxStale : 0,
    runs: 0,
    async rest() {
      this.runs++
      clock.advance(longestLife)
      clocks.agree()
      // Processes that were never asked for hours would take the time of the next run for a clock that jumped.
      made.clear()
      if (this.runs % runsBetweenCleanings === 0) await store.deleteAll()
    },
    async close() {
      for (const each of stores) await each.close?.()
      await store.close?.()
    },
  }
}

const told: readonly SessionEventName[] = [
  'session_created',
  'session_renewed',
  'session_expired',
  'session_logout',
  'session_use_after_expire',
  'authn_token_reuse',
]

function sessionsOn(
  store: SessionStore,
  now: () => number,
  { limit, clients, tokenReuseEnds }: Settings,
  isSealing: boolean,
): Sessions {
  // What a store announces comes when it likes; the schedule has looks for that.
  const { subscribe: _, ...silent } = store
  const sessions: Sessions = createSessions({
    store: silent,
    policies,
    now,
    sweepInterval: false,
    streamCheckInterval,
    // The schedule may keep an operation waiting for as long as it takes on a busy machine. Not longer: the deadline's
    // timer keeps these sessions in memory for a quarter of it, and an hour's soak makes a million of them.
    storeTimeout: '1m',
    tokenReuseEnds,
    warn: () => {
      const action = running.getStore()
      if (action) action.isWarned = true
    },
    // What is kept of clients is written together with the rest, and must change none of it.
    ...(clients && { clients: { onChange: 'event' } as const }),
    ...(isSealing && { sealed: true }),
    ...(limit !== 'none' && { sessionsPerUser: { max: sessionsPerUser, atCap: limit } }),
  })
  for (const name of told) {
    sessions.on(name, (event) => {
      const reason = 'reason' in event ? ` ${event.reason}` : ''
      running.getStore()?.events.push(name + reason)
    })
  }
  return sessions
}
