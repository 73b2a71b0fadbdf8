import { type Control, controlShape, type Observation, observationShape } from './observation.ts'
import { flag, list, number, object, type Shape, text } from './shape.ts'

/** What a visitor did who gave no password, and who he was taken for after it. Plain JSON, as all evidence. */
export interface SessionPuzzlingEvidence {
  readonly trials: readonly {
    /** In words: "POST /forgot", "the user name, and no password". */
    readonly what: string
    readonly status: number
    readonly exchange: number
    /** The site did what it was asked, as far as its answer shows. */
    readonly accepted: boolean
    /** The same browser on the protected page. */
    readonly after: Observation
  }[]
  readonly controls: readonly Control[]
}

export const sessionPuzzlingShape: Shape = object({
  trials: list(
    object({ what: text, status: number, exchange: number, accepted: flag, after: observationShape }),
  ),
  controls: list(controlShape),
})
