import { type Fingerprint, type Observation, observationShape } from './observation.ts'
import { flag, list, number, object, oneOf, optional, orNull, text } from './shape.ts'

/**
 * `value`: as the cookie has it. `decoded`, `encoded`, `base64`: the same in another writing. `id`: the ID within a signed
 * value, without its signature.
 */
export type ExposedForm = 'value' | 'decoded' | 'encoded' | 'base64' | 'id'

/** A place, besides its own Set-Cookie, that had the value of what carries the session. */
export interface ExposedPlace {
  readonly carrier: string
  /** `login-answer`: what the login itself answered to the script that sent the password. */
  readonly where:
    | ('header' | 'cookie' | 'field' | 'script' | 'page' | 'json' | 'file' | 'login-answer')
    | StorePlace
  /** Of the header, the cookie, the field or the entry in storage; null elsewhere. */
  readonly name: string | null
  readonly form: ExposedForm
  readonly url: string
  /** Null for what is in a browser's storage, which no answer holds. */
  readonly exchange: number | null
  /** Caches that several people share may keep the answer. */
  readonly mayBeShared: boolean
  /** It is the value that was proved to carry the session. Otherwise: how it fared when sent in the cookie's place. */
  readonly isProved: boolean
  readonly replay: Observation | null
  /** Of what is in storage: the cookie's value. */
  readonly value?: Fingerprint
  /** Of what is in storage: how it fared alone in the header of a bearer token; left out where that was not tried. */
  readonly bearer?: Observation
}

export type StorePlace = 'local-storage' | 'session-storage'

/** What was looked at of what pages keep in the browser. Nothing that an entry holds is in it. */
export interface StorageEvidence {
  readonly read: readonly StorePlace[]
  readonly entries: number
  /** Entries that hold a token which a header carries. */
  readonly tokens: readonly { readonly carrier: string; readonly where: StorePlace; readonly name: string }[]
}

export interface IdExposedEvidence {
  readonly seen: readonly ExposedPlace[]
  readonly answersSearched: number
  /** Cookies whose values were looked for. */
  readonly searched: readonly string[]
  /** Those that are too short or too plain to be told from ordinary text. */
  readonly unsearched: readonly string[]
  /** Left out where nobody read it. */
  readonly storage?: StorageEvidence
}

const stores = oneOf('local-storage', 'session-storage')

/** {@link IdExposedEvidence}, checked at run time. */
export const idExposedShape = object({
  seen: list(
    object({
      carrier: text,
      where: oneOf(
        ...(['header', 'cookie', 'field', 'script', 'page', 'json', 'file', 'login-answer'] as const),
        ...(['local-storage', 'session-storage'] as const),
      ),
      name: orNull(text),
      form: oneOf('value', 'decoded', 'encoded', 'base64', 'id'),
      url: text,
      exchange: orNull(number),
      mayBeShared: flag,
      isProved: flag,
      replay: orNull(observationShape),
      value: optional(text),
      bearer: optional(observationShape),
    }),
  ),
  answersSearched: number,
  searched: list(text),
  unsearched: list(text),
  storage: optional(
    object({
      read: list(stores),
      entries: number,
      tokens: list(object({ carrier: text, where: stores, name: text })),
    }),
  ),
})
