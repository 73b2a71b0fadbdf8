/** What explains IDs that were seen, and which it says come next. */
export interface Model {
  /** In words that go on after "it". */
  readonly how: string
  /** How many values the next one may have. */
  readonly candidates: number
  /** Bits that an ID of this form can have: so improbable it is to hit a certain one blindly. */
  readonly bits: number
  /** Whether it says that this one may be next. Made up before that was issued. */
  has(id: string): boolean
}

/** An ID, and when it came; null where that is not known. */
export interface Seen {
  readonly id: string
  readonly at: number | null
}

/** With fewer, too much explains them. */
export const FEWEST = 3
