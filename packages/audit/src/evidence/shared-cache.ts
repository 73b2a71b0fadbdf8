import { type CacheHeaders, cacheHeadersShape } from './cacheability.ts'
import { type Observation, observationShape } from './observation.ts'
import { flag, list, number, object, oneOf, orNull, text } from './shape.ts'

/** An answer to a GET that gave what carries the session. */
export interface GivingAnswer extends CacheHeaders {
  readonly url: string
  readonly exchange: number
  readonly cookie: string
  /** Whose session it is: the signed-in user's, or one of a client that came without. */
  readonly gives: 'user' | 'visitor'
  /** Who asked brought that cookie. */
  readonly brought: boolean
  /** A file that belongs to a page. */
  readonly isFile: boolean
  /** What clients without cookies were given there, one after another; null where it was not tried. */
  readonly handed: Handed | null
}

export interface Handed {
  /** Two of them were given one value, or one of them the user's. */
  readonly isSame: boolean
  /** The same address in a form that no cache can know gave another value: so the site makes new ones. */
  readonly isNewPastCaches: boolean
  /** The value that was handed out, sent alone; null where it was not sent. */
  readonly replay: Observation | null
  readonly exchanges: readonly number[]
}

export interface SharedCacheEvidence {
  /** One of each address. */
  readonly giving: readonly GivingAnswer[]
  /** Answers to GET requests that were looked at. */
  readonly looked: number
  /** A file of a page was asked for as the user and as a visitor. */
  readonly fileAsked: boolean
  /** A login kept the ID that a visitor was given, as `fixation` found; null where that was not found out. */
  readonly loginKeepsIds: boolean | null
}

/** {@link SharedCacheEvidence}, checked at run time. */
export const sharedCacheShape = object({
  giving: list(
    object({
      ...cacheHeadersShape,
      url: text,
      exchange: number,
      cookie: text,
      gives: oneOf('user', 'visitor'),
      brought: flag,
      isFile: flag,
      handed: orNull(
        object({
          isSame: flag,
          isNewPastCaches: flag,
          replay: orNull(observationShape),
          exchanges: list(number),
        }),
      ),
    }),
  ),
  looked: number,
  fileAsked: flag,
  loginKeepsIds: orNull(flag),
})
