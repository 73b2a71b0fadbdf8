import { type Control, controlShape, type Observation, observationShape, type State } from './observation.ts'
import { flag, list, number, object, oneOf, optional, orNull, text } from './shape.ts'

/** A request that was begun before something that changes its session, and what became of it. */
export interface BegunRequest {
  /** `held`: the end of its body was kept back. `page`: it left with the logout, whole. */
  readonly how: 'held' | 'page'
  readonly method: string
  readonly url: string
  /** Null where it was never answered. */
  readonly exchange: number | null
  /** It was answered after the answer to what changed the session; a page, and as a user. */
  readonly overlapped: boolean
  /** As whom a page was answered; null for others. */
  readonly state: State | null
  /** Carriers that its late answer set, which a browser keeps. */
  readonly sets: readonly string[]
  /** Those of them that it set as they had been sent. */
  readonly restores: readonly string[]
}

export interface InFlightTrial {
  readonly begun: readonly BegunRequest[]
  /** The browser before anything of it ended, once the requests were begun. */
  readonly before: Observation
  /** After the logout's answer, while requests were held back: the browser, and the copy. Null where nobody looked. */
  readonly meanwhile: { readonly browser: Observation; readonly copy: Observation } | null
  /** The copy, once all were answered. */
  readonly copy: Observation
  /** The browser, where a late answer set a carrier; else null. */
  readonly browser: Observation | null
  /**
   * The copy after one more logout with nothing under way, in the same session: asked where a page had brought it back
   * before anybody could look.
   */
  readonly again?: Observation | null
  readonly controls: readonly Control[]
}

/** Requests begun as a visitor, and answered when the browser had signed in. */
export interface LateAtLogin {
  readonly begun: readonly BegunRequest[]
  readonly before: Observation
  /** The browser, where a late answer set a carrier; else null. */
  readonly browser: Observation | null
}

/** What requests that are under way do to a session that ends, or begins. Plain JSON, as all evidence. */
export interface InFlightEvidence {
  /** Trials in sessions of their own; a second one where the first one's session seemed to live. */
  readonly trials: readonly InFlightTrial[]
  /** Why the login was not tried; null where it was. */
  readonly noLogin: string | null
  readonly login: LateAtLogin | null
}

const begun = list(
  object({
    how: oneOf('held', 'page'),
    method: text,
    url: text,
    exchange: orNull(number),
    overlapped: flag,
    state: orNull(oneOf('signed-in', 'anonymous', 'unclear')),
    sets: list(text),
    restores: list(text),
  }),
)

export const inFlightShape = object({
  trials: list(
    object({
      begun,
      before: observationShape,
      meanwhile: orNull(object({ browser: observationShape, copy: observationShape })),
      copy: observationShape,
      browser: orNull(observationShape),
      again: optional(orNull(observationShape)),
      controls: list(controlShape),
    }),
  ),
  noLogin: orNull(text),
  login: orNull(object({ begun, before: observationShape, browser: orNull(observationShape) })),
})
