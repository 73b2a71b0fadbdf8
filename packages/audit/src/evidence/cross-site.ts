import { type Control, controlShape, type Observation, observationShape } from './observation.ts'
import { list, number, object, oneOf, orNull, text } from './shape.ts'

/** What pages of other sites can make a browser do. Plain JSON, as all evidence. */

export interface LogoutGetEvidence {
  /** The address, with such parameters as anyone can know. */
  readonly url: string
  /** How the logout was found, in words. */
  readonly found: string
  /** GETs as a page of another site makes a browser send them, until one ended the session. */
  readonly trials: readonly {
    /** `image`: loaded by a page. `link`: opened in place of it. */
    readonly by: 'image' | 'link'
    /** The carriers that a browser adds to it, by their SameSite. */
    readonly attached: readonly string[]
    readonly status: number
    readonly exchange: number
    /** The browser after it. */
    readonly after: Observation
  }[]
  /** The same GET from the site's own page, with every cookie; null when a trial ended the session before. */
  readonly ownPage: { readonly exchange: number; readonly after: Observation } | null
  readonly controls: readonly Control[]
}

export interface CrossSiteRequestEvidence {
  readonly action: {
    readonly method: string
    readonly url: string
    /** Names of the fields that make the change. */
    readonly fields: readonly string[]
    readonly readUrl: string
    readonly find: string
  }
  /** Each way in which a page of another site can ask for the change. */
  readonly trials: readonly {
    /** In words: "a form", "a link with the fields in its address". */
    readonly how: string
    readonly method: string
    /**
     * Browsers that add these cookies. `lax-by-default`: Chromium. `others`: Firefox and Safari, and Chromium
     * for two minutes after a cookie without SameSite was set.
     */
    readonly browsers: 'all' | 'lax-by-default' | 'others'
    /** The carriers that go along, and those that do not. */
    readonly attached: readonly string[]
    readonly withheld: readonly string[]
    readonly status: number
    readonly exchange: number
    /** What the value was when it was read back. */
    readonly readBack: 'changed' | 'unchanged' | 'unclear'
    readonly readExchange: number
  }[]
  readonly controls: readonly Control[]
}

/** {@link LogoutGetEvidence}, checked at run time. */
export const logoutGetShape = object({
  url: text,
  found: text,
  trials: list(
    object({
      by: oneOf('image', 'link'),
      attached: list(text),
      status: number,
      exchange: number,
      after: observationShape,
    }),
  ),
  ownPage: orNull(object({ exchange: number, after: observationShape })),
  controls: list(controlShape),
})

/** {@link CrossSiteRequestEvidence}, checked at run time. */
export const crossSiteRequestShape = object({
  action: object({ method: text, url: text, fields: list(text), readUrl: text, find: text }),
  trials: list(
    object({
      how: text,
      method: text,
      browsers: oneOf('all', 'lax-by-default', 'others'),
      attached: list(text),
      withheld: list(text),
      status: number,
      exchange: number,
      readBack: oneOf('changed', 'unchanged', 'unclear'),
      readExchange: number,
    }),
  ),
  controls: list(controlShape),
})
