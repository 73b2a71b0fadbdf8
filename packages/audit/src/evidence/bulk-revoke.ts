import { type Control, controlShape, type Observation, observationShape } from './observation.ts'
import { list, number, object, orNull, text } from './shape.ts'

/** What "sign out everywhere" did to sessions that were made at once. Plain JSON, as all evidence. */
export interface BulkRevokeEvidence {
  /** Why it does not apply; null where it was tried. */
  readonly notTried: string | null
  readonly how: { readonly method: string; readonly url: string; readonly found: string } | null
  /** What carried each of the other sessions, sent alone afterwards; again later where it was not dead. */
  readonly others: readonly (readonly { readonly afterMs: number; readonly seen: Observation }[])[]
  /** The browser in which it was used. */
  readonly own: Observation | null
  readonly controls: readonly Control[]
}

export const bulkRevokeShape = object({
  notTried: orNull(text),
  how: orNull(object({ method: text, url: text, found: text })),
  others: list(list(object({ afterMs: number, seen: observationShape }))),
  own: orNull(observationShape),
  controls: list(controlShape),
})
