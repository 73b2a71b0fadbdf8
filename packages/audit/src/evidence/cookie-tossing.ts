import {
  type CarrierSet,
  type Control,
  controlShape,
  type Observation,
  observationShape,
} from './observation.ts'
import { list, object, oneOf, orNull, type Shape, text } from './shape.ts'

/** Two cookies of one name, one of them planted by another host of the site. Plain JSON, as all evidence. */
export interface CookieTossingEvidence {
  /** Why no other host can plant one; null where one can. */
  readonly noSibling: string | null
  /** Those that nothing but this host can set, by their `__Host-`. */
  readonly prefixed: readonly string[]
  /** A carrier set sent together with planted values of the same names. */
  readonly trials: readonly {
    readonly names: CarrierSet
    /** The planted values: issued to a visitor, or made up where visitors get none. */
    readonly planted: 'visitor' | 'made-up'
    /** The planted ones came first in the request, and last. */
    readonly first: Observation
    readonly last: Observation
    /** Once more first, after the session alone worked, where both were unclear; else null. */
    readonly again: Observation | null
  }[]
  readonly controls: readonly Control[]
}

export const cookieTossingShape: Shape = object({
  noSibling: orNull(text),
  prefixed: list(text),
  trials: list(
    object({
      names: list(text),
      planted: oneOf('visitor', 'made-up'),
      first: observationShape,
      last: observationShape,
      again: orNull(observationShape),
    }),
  ),
  controls: list(controlShape),
})
