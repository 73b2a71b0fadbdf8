import type { CarrierSet, Control, Observation } from './observation.ts'

export interface CarrierEvidence {
  /** Names of all cookies in the signed-in jar, and of the header with a token that the login gave. */
  readonly candidates: readonly string[]
  readonly withAll: Observation
  readonly withNone: Observation
  readonly dropOne: readonly { readonly name: string; readonly seen: Observation }[]
  readonly onlyOne: readonly { readonly name: string; readonly seen: Observation }[]
  /** Minimal sufficient sets. Several sets: each is enough (remember-me). A set of several: all are needed. */
  readonly sets: readonly CarrierSet[]
  /** The union of `sets`. */
  readonly carriers: readonly string[]
  /** Those that the site only gave because a "remember me" box was ticked: meant to be kept for long. */
  readonly remembered?: readonly string[]
  /**
   * Of `carriers`, those that are needed beside another but are the same at every login, such as a user's number, or
   * for which another client's value does as well, such as a balancer's: no secrets, and not judged as such. Left out
   * when every carrier is one.
   */
  readonly companions?: readonly string[]
  /** What was sent in a carrier's place beside the others of its set: the value of a visitor, or one made up. */
  readonly substituted?: readonly {
    readonly name: string
    readonly by: 'visitor' | 'made-up'
    readonly seen: Observation
  }[]
  /** Of carriers that only work together, those of which nobody knows enough: no other value did, and much of it is new at each login. */
  readonly secrets?: readonly string[]
  /** Of `carriers`, those whose names change and go by what stays of them, such as `s*`. */
  readonly renamed?: readonly string[]
  /** Trials that ended the session at the server, after each of which the audit signed in again. */
  readonly ended?: readonly { readonly sent: readonly string[]; readonly exchange: number }[]
  /**
   * Those of `candidates` that are request headers, with the word in front of the token (`Bearer`). Left out in
   * evidence of before any but Authorization was known.
   */
  readonly headers?: readonly { readonly name: string; readonly scheme: string | null }[]
  readonly controls: readonly Control[]
}
