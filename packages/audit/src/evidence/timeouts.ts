import { type Observation, observationShape as observation } from './observation.ts'
import { flag, list, number, object, oneOf, optional, orNull, text } from './shape.ts'

/** One look at a session, and how long it had lived and lain unused until then. */
export interface TimedLook {
  /** Since the first session was begun. */
  readonly atSeconds: number
  readonly ageSeconds: number
  readonly unusedSeconds: number
  readonly seen: Observation
  /** At once afterwards, of the same session: what was seen was no accident. */
  readonly again?: Observation
}

/** How long sessions live that are not used, and that are. Plain JSON, as all evidence. */
export interface TimeoutsEvidence {
  /** After so many seconds without use a session must have ended, as the one who audits said; null where nothing was said. */
  readonly idleSeconds: number | null
  /** The same for its age, however much it is used. */
  readonly absoluteSeconds: number | null
  /** `unused`: looked at once, as a look is a use. `kept`: used all the time. */
  readonly sessions: readonly { readonly use: 'unused' | 'kept'; readonly looks: readonly TimedLook[] }[]
  /** They were alive at the same time; otherwise one was begun when the one before it had been looked at. */
  readonly together: boolean
  /** The login gave something to renew the session with, which was not tried. */
  readonly renewable: boolean
  /** How long browsers keep the cookie that carries it; null for one that they keep until they are closed. */
  readonly cookieSeconds: number | null
  /** A later login ended the session that was kept. */
  readonly evicted?: boolean
  /** ISO 8601: when the next look is due, and when the last one is; null where nothing is left to be seen. */
  readonly due: { readonly next: string; readonly last: string } | null
  /** A client without cookies, after all looks; null where none was made yet. */
  readonly visitor: Observation | null
}

const look = object({
  atSeconds: number,
  ageSeconds: number,
  unusedSeconds: number,
  seen: observation,
  again: optional(observation),
})

export const timeoutsShape = object({
  idleSeconds: orNull(number),
  absoluteSeconds: orNull(number),
  sessions: list(object({ use: oneOf('unused', 'kept'), looks: list(look) })),
  together: flag,
  renewable: flag,
  cookieSeconds: orNull(number),
  evicted: optional(flag),
  due: orNull(object({ next: text, last: text })),
  visitor: orNull(observation),
})
