import type { Observation, TimeoutsEvidence } from '../../evidence/evidence.ts'
import type { TimedLook } from '../../evidence/timeouts.ts'
import type { Credential } from '../../network/cookies/jar.ts'
import { marginOf } from '../../options/timeouts.ts'

/** One session whose end is waited for. Times are milliseconds since 1970. */
export interface TimedSession {
  readonly use: 'unused' | 'kept'
  /** How long it is left alone before it is looked at; 0 for one that is kept. */
  readonly leaveSeconds: number
  /** Null for one that is still to be begun. */
  begunAt: number | null
  usedAt: number
  /** When it is looked at next, or begun; null where nothing more is to be seen of it, or another comes before it. */
  dueAt: number | null
  credentials: readonly Credential[]
  readonly looks: TimedLook[]
}

/** All that has to be known to go on later. It holds sessions that are alive. */
export interface TimeoutsState {
  readonly startedAt: number
  readonly idleSeconds: number | null
  readonly absoluteSeconds: number | null
  /** A session that is kept is used so often while others lie unused, and afterwards. */
  readonly everySeconds: number
  readonly laterSeconds: number
  readonly together: boolean
  readonly renewable: boolean
  readonly cookieSeconds: number | null
  evicted: boolean
  sessions: TimedSession[]
  visitor: Observation | null
}

/** When the next look is due; null where none is. */
export function nextDue({ sessions }: TimeoutsState): number | null {
  const dues = sessions.flatMap(({ dueAt }) => dueAt ?? [])
  return dues.length === 0 ? null : Math.min(...dues)
}

/** The session whose age is watched: the first that is kept. */
export function mainOf({ sessions }: TimeoutsState): TimedSession | undefined {
  return sessions.find(({ use }) => use === 'kept')
}

/** When the age of that one is beyond what is expected; null where nothing is. */
export function oldAt({ absoluteSeconds }: TimeoutsState, { begunAt }: TimedSession): number | null {
  if (absoluteSeconds === null || begunAt === null) return null
  return begunAt + (absoluteSeconds + marginOf(absoluteSeconds)) * 1000
}

/** Whether a session still lies unused, or is to. */
export function hasUnused({ sessions }: TimeoutsState): boolean {
  return sessions.some(({ use, looks }) => use === 'unused' && looks.length === 0)
}

export function evidenceOf(state: TimeoutsState): TimeoutsEvidence {
  const { idleSeconds, absoluteSeconds, together, renewable, cookieSeconds, evicted, visitor } = state
  const next = nextDue(state)
  return {
    idleSeconds,
    absoluteSeconds,
    sessions: state.sessions.map(({ use, looks }) => ({ use, looks })),
    together,
    renewable,
    cookieSeconds,
    ...(evicted ? { evicted } : {}),
    due: next === null ? null : { next: inMinutes(next), last: inMinutes(lastDue(state)) },
    visitor,
  }
}

function lastDue(state: TimeoutsState): number {
  const main = mainOf(state)
  const old = main?.dueAt ? oldAt(state, main) : null
  let last = Math.max(0, ...state.sessions.flatMap(({ dueAt }) => dueAt ?? []), old ?? 0)
  for (const { begunAt, use, leaveSeconds } of state.sessions) {
    if (begunAt === null && use === 'unused') last += leaveSeconds * 1000
  }
  return last
}

/** Rounded up, so that whoever comes then is not too early. */
function inMinutes(time: number): string {
  return new Date(Math.ceil(time / 60_000) * 60_000).toISOString().replace(':00.000Z', 'Z')
}
