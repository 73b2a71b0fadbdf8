import { type Observation, observationShape } from './observation.ts'
import { flag, list, number, object, oneOf, orNull, text } from './shape.ts'

/**
 * `value`: as the cookie has it. `decoded`, `encoded`, `base64`: the same in another writing. `id`: the ID within a signed
 * value, without its signature.
 */
export type ExposedForm = 'value' | 'decoded' | 'encoded' | 'base64' | 'id'

/** A place, besides its own Set-Cookie, that had the value of what carries the session. */
export interface ExposedPlace {
  readonly carrier: string
  /** `login-answer`: what the login itself answered to the script that sent the password. */
  readonly where: 'header' | 'cookie' | 'field' | 'script' | 'page' | 'json' | 'file' | 'login-answer'
  /** Of the header, the cookie or the field; null elsewhere. */
  readonly name: string | null
  readonly form: ExposedForm
  readonly url: string
  readonly exchange: number
  /** Caches that several people share may keep the answer. */
  readonly mayBeShared: boolean
  /** It is the value that was proved to carry the session. Otherwise: how it fared when sent in the cookie's place. */
  readonly isProved: boolean
  readonly replay: Observation | null
}

export interface IdExposedEvidence {
  readonly seen: readonly ExposedPlace[]
  readonly answersSearched: number
  /** Cookies whose values were looked for. */
  readonly searched: readonly string[]
  /** Those that are too short or too plain to be told from ordinary text. */
  readonly unsearched: readonly string[]
}

/** {@link IdExposedEvidence}, checked at run time. */
export const idExposedShape = object({
  seen: list(
    object({
      carrier: text,
      where: oneOf(
        ...(['header', 'cookie', 'field', 'script', 'page', 'json', 'file', 'login-answer'] as const),
      ),
      name: orNull(text),
      form: oneOf('value', 'decoded', 'encoded', 'base64', 'id'),
      url: text,
      exchange: number,
      mayBeShared: flag,
      isProved: flag,
      replay: orNull(observationShape),
    }),
  ),
  answersSearched: number,
  searched: list(text),
  unsearched: list(text),
})
