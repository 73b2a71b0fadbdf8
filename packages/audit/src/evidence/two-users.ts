import { type Control, controlShape } from './observation.ts'
import { list, number, object, oneOf, orNull, type Shape, text } from './shape.ts'

/** Whose page an answer is: that of the user who is signed in there, of the other user, or neither clearly. */
export type Whose = 'own' | "the other's" | 'neither'

/** What one user's session opens of another user's. Plain JSON, as all evidence. */
export interface TwoUsersEvidence {
  readonly trials: readonly {
    /**
     * `page`: the protected page, by the session of each. `mixed`: with the secrets of the one and all other cookies of
     * the other. `address`: a page whose address names the other user.
     */
    readonly kind: 'page' | 'mixed' | 'address'
    /** In words, without secrets. */
    readonly what: string
    /** By the secrets of the one who asked. */
    readonly seen: Whose
    /** Of an address: what a visitor gets there; null where nobody looked. */
    readonly visitor: Whose | null
    readonly exchanges: readonly number[]
    readonly status: number
  }[]
  /** Why no address was tried; null where some were. */
  readonly noAddress: string | null
  readonly controls: readonly Control[]
}

const whose = oneOf('own', "the other's", 'neither')

export const twoUsersShape: Shape = object({
  trials: list(
    object({
      kind: oneOf('page', 'mixed', 'address'),
      what: text,
      seen: whose,
      visitor: orNull(whose),
      exchanges: list(number),
      status: number,
    }),
  ),
  noAddress: orNull(text),
  controls: list(controlShape),
})
