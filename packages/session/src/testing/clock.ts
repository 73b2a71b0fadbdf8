import { type Duration, parseDuration } from '../policies/duration.ts'

/** A clock that moves only when told to: give `clock.now` to `createSessions`. */
export interface FakeClock {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Lets time pass: `'20m'`, or milliseconds. */
  advance(by: Duration): void
}

/**
 * A clock that stands still until `advance` is called.
 * @param start milliseconds since the epoch; by default a fixed moment, so that runs repeat exactly
 */
export function fakeClock(start = Date.UTC(2026, 0, 1)): FakeClock {
  let time = start
  return {
    now: () => time,
    advance(by) {
      time += parseDuration(by, 'advance')
    },
  }
}
