import { type Duration, parseDuration } from '../policies/duration.ts'

/** A clock that moves only when told to: give `clock.now` to `createSessions`. */
export interface FakeClock {
  readonly now: () => number
  advance(by: Duration): void
}

/** @param start milliseconds since the epoch; by default a fixed moment, so that runs repeat exactly */
export function fakeClock(start = Date.UTC(2026, 0, 1)): FakeClock {
  let time = start
  return {
    now: () => time,
    advance(by) {
      time += parseDuration(by, 'advance')
    },
  }
}
