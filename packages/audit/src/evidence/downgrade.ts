import { type Control, controlShape, type Observation, observationShape } from './observation.ts'
import { list, number, object, oneOf, orNull, text } from './shape.ts'

export interface DowngradeEvidence {
  /** What http:// on the same host does; null where it was not asked (another port, no https, loopback). */
  readonly plainHttp: 'redirects-to-https' | 'serves-content' | 'refused' | null
  /** Carriers that a browser would send over http://. */
  readonly sent: readonly string[]
  /** Exactly those, sent over http://; null where they are not enough, or nothing answers there. */
  readonly replay: Observation | null
  /** Carriers that an answer over http:// set. */
  readonly set: readonly { readonly name: string; readonly exchange: number }[]
  readonly controls: readonly Control[]
}

/** {@link DowngradeEvidence}, checked at run time. */
export const downgradeShape = object({
  plainHttp: orNull(oneOf('redirects-to-https', 'serves-content', 'refused')),
  sent: list(text),
  replay: orNull(observationShape),
  set: list(object({ name: text, exchange: number })),
  controls: list(controlShape),
})
