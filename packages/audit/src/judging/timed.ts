import type { Control, TimeoutsEvidence } from '../evidence/evidence.ts'
import { expectState } from '../evidence/observation.ts'
import type { TimedLook } from '../evidence/timeouts.ts'

/** An end that was seen later than this is too late to tell whether it came in time. */
const LATEST = 1.2
/** Seconds: of a short time, a look is later than that by what it waits for itself. */
const LATE = 15

/** Seconds: sites count in whole ones, and requests do not come on the second. */
const SLACK = 3

export function isBeyond(seconds: number, expected: number): boolean {
  return seconds > expected + SLACK
}

export function isAlive({ seen, again = seen }: TimedLook): boolean {
  return seen.state === 'signed-in' && again.state === 'signed-in'
}

/** Twice so, where it was looked at twice. */
export function isDead({ seen, again = seen }: TimedLook): boolean {
  return seen.state === 'anonymous' && again.state === 'anonymous'
}

export function isTooLate(seconds: number, expected: number): boolean {
  return seconds > Math.max(expected * LATEST, expected + LATE)
}

/** The first look at each session that was left unused. */
export function unusedLooks({ sessions }: TimeoutsEvidence): TimedLook[] {
  return sessions.flatMap(({ use, looks: [first] }) => (use === 'unused' && first ? [first] : []))
}

/** What was seen of the sessions that were used, in the order in which they were begun. */
export function keptLooks({ sessions }: TimeoutsEvidence): (readonly TimedLook[])[] {
  return sessions.filter(({ use }) => use === 'kept').map(({ looks }) => looks)
}

export function exchangesOf(looks: readonly TimedLook[]): number[] {
  return looks.flatMap(({ seen, again }) => [seen.exchange, ...(again ? [again.exchange] : [])])
}

export function controlsOf({ visitor }: TimeoutsEvidence): Control[] {
  return visitor === null ? [] : [expectState('no cookies, after the looks', 'anonymous', visitor)]
}

/** Why it is not known yet; null where nothing is left to be seen. */
export function notYet({ due }: TimeoutsEvidence): string | null {
  if (due === null) return null
  const last = due.next === due.last ? '' : `, for the last time after ${due.last}`
  return `not known yet: come back after ${due.next}${last}, with the same --resume file`
}

const UNITS: readonly (readonly [seconds: number, name: string])[] = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
]

/** `31 minutes`, `8 hours 2 minutes`, `45 seconds`: to the minute, and never more than it was. */
export function inTime(seconds: number): string {
  if (seconds < 120) return `${Math.floor(seconds)} seconds`
  let left = Math.floor(seconds)
  const parts: string[] = []
  for (const [size, name] of UNITS) {
    const count = Math.floor(left / size)
    left -= count * size
    if (count > 0) parts.push(`${count} ${name}${count === 1 ? '' : 's'}`)
  }
  return parts.slice(0, 2).join(' ')
}

/** Rounded up, for a time within which something ended. */
export function within(seconds: number): string {
  return inTime(seconds < 120 ? Math.ceil(seconds) : Math.ceil(seconds / 60) * 60)
}

/** Said of a session that lived until the looks ended. */
export function untilThen(seconds: number, expected: number): string {
  return `still alive after ${inTime(seconds)}, when the looks ended; what was expected is ${inTime(expected)}: a higher --time-limit, or --resume for a later run, sees more`
}

/** What ended may be begun again by whoever has a copy of everything. */
export const RENEWABLE =
  'what ended is a token that the login gave something to renew with, and whether that had ended too was not tried'
