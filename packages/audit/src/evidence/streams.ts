import { type Control, controlShape, type Observation, observationShape } from './observation.ts'
import { flag, list, number, object, oneOf, optional, orNull, text } from './shape.ts'

export interface StreamEvidence {
  readonly kind: 'events' | 'websocket'
  readonly url: string
  /** Answers to the user's and to a visitor's request to open it; null where there was none. */
  readonly status: number | null
  readonly visitorStatus: number | null
  readonly exchange: number | null
  /** Pieces of data: of the user's before the logout, of these kinds after it, and of a visitor's. */
  readonly before: number
  readonly after: number
  /** Those after the logout that are of no kind that came before. */
  readonly others?: number
  /** The site ended it, by the time that it was last looked at. */
  readonly ended?: boolean
  readonly visitor: number
}

/** Streams that were opened signed in, and what came in them after the logout. Plain JSON, as all evidence. */
export interface StreamsEvidence {
  /** Why it does not apply; null where it was tried. */
  readonly notTried: string | null
  readonly streams: readonly StreamEvidence[]
  /** Milliseconds in which data was waited for. */
  readonly waitedMs: number
  readonly browserAfter: Observation | null
  readonly controls: readonly Control[]
}

export const streamsShape = object({
  notTried: orNull(text),
  streams: list(
    object({
      kind: oneOf('events', 'websocket'),
      url: text,
      status: orNull(number),
      visitorStatus: orNull(number),
      exchange: orNull(number),
      before: number,
      after: number,
      others: optional(number),
      ended: optional(flag),
      visitor: number,
    }),
  ),
  waitedMs: number,
  browserAfter: orNull(observationShape),
  controls: list(controlShape),
})
