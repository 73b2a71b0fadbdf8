import type { State, TimeoutsEvidence } from '../src/evidence/evidence.ts'
import type { TimedLook } from '../src/evidence/timeouts.ts'

const MINUTE = 60
const HOUR = 3600

/** A look at a session that was begun when the first was, all in minutes but for the state. */
export function timed(state: State, at: number, unused = at, age = at): TimedLook {
  const seen = { state, exchange: 13 }
  const [atSeconds, unusedSeconds, ageSeconds] = [at * MINUTE, unused * MINUTE, age * MINUTE]
  return { atSeconds, ageSeconds, unusedSeconds, seen, again: seen }
}

export const unused = (...looks: TimedLook[]) => ({ use: 'unused', looks }) as const
export const kept = (...looks: TimedLook[]) => ({ use: 'kept', looks }) as const

/** Sessions that end after 30 minutes without use, and after eight hours. */
export const soundTimeouts: TimeoutsEvidence = {
  idleSeconds: 30 * MINUTE,
  absoluteSeconds: 8 * HOUR,
  sessions: [
    unused(timed('anonymous', 31)),
    unused(timed('signed-in', 15)),
    unused(timed('signed-in', 27)),
    kept(
      timed('signed-in', 15, 5),
      timed('signed-in', 31, 5),
      timed('signed-in', 470, 15),
      timed('anonymous', 482, 12),
    ),
    kept(timed('signed-in', 470, 15, 350), timed('signed-in', 482, 12, 362)),
  ],
  together: true,
  renewable: false,
  cookieSeconds: null,
  due: null,
  visitor: { state: 'anonymous', exchange: 13 },
}
