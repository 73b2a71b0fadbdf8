import { type Control, controlShape, type Observation, observationShape } from './observation.ts'
import { flag, list, number, object, oneOf, optional, orNull, type Shape, text } from './shape.ts'

type Trial = LoginCsrfEvidence['trials'][number]

/** The login, sent as a page of another site can make a browser send it. Plain JSON, as all evidence. */
export interface LoginCsrfEvidence {
  /** Where the credentials go. */
  readonly url: string
  /** Why it was not tried; null where it was. */
  readonly untried: string | null
  /** Each in a browser of its own that was not signed in, with the right credentials. */
  readonly trials: readonly {
    /** In words: "a form", "a form whose text/plain is JSON". */
    readonly how: string
    /**
     * What was in the place of what the login's page gives against forged requests: `another's`, as whoever made the
     * other site gets one for himself; `none`; `no-need`: its page gives nothing of the kind.
     */
    readonly token: "another's" | 'none' | 'no-need'
    readonly status: number
    readonly exchange: number
    readonly after: Observation
  }[]
  /**
   * The ways that are not among the trials (where there is but one, that one), sent without a name and a password: answered as
   * the first trial was, and unlike the site's own page sent so too. So they are refused before credentials are looked
   * at. Left out where that could not be told, and each way was tried.
   */
  readonly screened?: {
    readonly trials: readonly Pick<Trial, 'how' | 'token' | 'status' | 'exchange'>[]
    readonly own: Pick<Trial, 'status' | 'exchange'>
  }
  /** Those that did not sign in were answered alike, so that it is the site that refuses. */
  readonly alike: boolean
  readonly controls: readonly Control[]
}

const token = oneOf("another's", 'none', 'no-need')
const answered = { status: number, exchange: number }

export const loginCsrfShape: Shape = object({
  url: text,
  untried: orNull(text),
  trials: list(
    object({
      how: text,
      token,
      ...answered,
      after: observationShape,
    }),
  ),
  screened: optional(
    object({ trials: list(object({ how: text, token, ...answered })), own: object(answered) }),
  ),
  alike: flag,
  controls: list(controlShape),
})
