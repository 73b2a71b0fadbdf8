import { SessionError } from '../errors.ts'
import type { SessionRecord } from '../store.ts'

/**
 * How far the clocks of two servers may be apart, and how far one may be stepped, for all promises about time to hold:
 * 5 minutes, as Kerberos has it (RFC 4120 section 8.2). What is further in the future was not written by a right clock.
 */
export const clockTolerance = 5 * 60_000

// A jump ahead of a right clock is a server that slept, or that nobody asked; of a wrong one, the end of every session.
const jump = 3_600_000

/** This process's clock, and what it makes of the times that others, or its own former self, have written. */
export interface Clock {
  /**
   * Whole milliseconds since the epoch.
   * @throws SessionError `config_invalid` when the clock says anything but a number: nobody is let in by such a time
   */
  now(): number
  /**
   * The record with no time in the future, but for what clocks may differ. The same object where nothing has to be
   * mended, as nearly always. A time from before this clock was set back is as old as it was then; any other counts as
   * now, at the latest: from its next use on, the record has it so.
   * @param at what `now` said
   */
  settled(record: SessionRecord, at: number): SessionRecord
  /**
   * Whether the clock has just jumped ahead, so that it may be wrong: what it says is over is refused, and nothing is
   * removed, until it has stayed there for an hour.
   */
  readonly hasJumped: boolean
}

export function createClock(read: () => number): Clock {
  let last = Number.POSITIVE_INFINITY
  let jumpedAt: number | null = null
  /** The last time that the clock was set back: what it said before, and by how much. */
  let step = { before: Number.NEGATIVE_INFINITY, by: 0 }

  function now(): number {
    const time = Math.floor(read())
    if (!Number.isFinite(time)) throw notATime()
    if (time < last - clockTolerance && last !== Number.POSITIVE_INFINITY)
      step = { before: last, by: last - time }
    if (time > last + jump) jumpedAt = time
    else if (jumpedAt !== null && (time < jumpedAt || time > jumpedAt + jump)) jumpedAt = null
    last = time
    return time
  }

  function settledTime(time: number, at: number): number {
    if (!(time > at + clockTolerance)) return time
    return time <= step.before + clockTolerance ? Math.min(at, time - step.by) : at
  }

  return {
    now,
    get hasJumped() {
      return jumpedAt !== null
    },
    settled(record, at) {
      const latest = at + clockTolerance
      const { createdAt, authenticatedAt, lastSeenAt, renewedAt, previous } = record
      const isSettled =
        lastSeenAt <= latest && renewedAt <= latest && createdAt <= latest && (authenticatedAt ?? 0) <= latest
      if (isSettled && (previous?.confirmedAt ?? 0) <= latest) return record
      const confirmedAt = previous?.confirmedAt ?? null
      const mended = settledTime(lastSeenAt, at)
      return {
        ...record,
        createdAt: settledTime(createdAt, at),
        authenticatedAt: authenticatedAt === null ? null : settledTime(authenticatedAt, at),
        lastSeenAt: mended,
        renewedAt: settledTime(renewedAt, at),
        previous:
          previous && confirmedAt !== null
            ? { ...previous, confirmedAt: settledTime(confirmedAt, at) }
            : previous,
        // It was reckoned from the time at which the session was seen.
        expiresAt: record.expiresAt - (lastSeenAt - mended),
      }
    },
  }
}

function notATime(): SessionError {
  return new SessionError(
    'config_invalid',
    'now() must give milliseconds since the epoch, and gave no number. Write now: Date.now, or leave it out.',
  )
}
