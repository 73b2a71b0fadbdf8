import { list, number, object, orNull, text } from './shape.ts'

/** A page as only a signed-in user has it, and what it says to sites that would put it into a frame. */
export interface FramedPage {
  readonly url: string
  readonly exchange: number
  readonly xFrameOptions: string | null
  readonly csp: string | null
}

export interface FramingEvidence {
  readonly pages: readonly FramedPage[]
}

/** A page whose own address had the session in it. */
export interface ReferringPage {
  readonly url: string
  readonly exchange: number
  readonly carrier: string
  /** Other origins that its links lead to or its parts come from, with the policy that holds for each; null for none. */
  readonly targets: readonly { readonly origin: string; readonly policy: string | null }[]
}

export interface ReferrerEvidence {
  readonly pages: readonly ReferringPage[]
  readonly pagesSearched: number
}

/** {@link FramingEvidence}, checked at run time. */
export const framingShape = object({
  pages: list(object({ url: text, exchange: number, xFrameOptions: orNull(text), csp: orNull(text) })),
})

/** {@link ReferrerEvidence}, checked at run time. */
export const referrerShape = object({
  pages: list(
    object({
      url: text,
      exchange: number,
      carrier: text,
      targets: list(object({ origin: text, policy: orNull(text) })),
    }),
  ),
  pagesSearched: number,
})
