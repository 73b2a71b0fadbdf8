/** Evidence of what a second authentication and a change of the password do to sessions there already were. */

import type { CarrierSet, Control, Observation } from './observation.ts'

/** A carrier set that was saved before something happened, sent alone from a clean client after it. */
export interface SavedReplay {
  readonly set: CarrierSet
  readonly afterMs: number
  readonly seen: Observation
}

export interface ReauthenticationEvidence {
  /** What asked for the password; `named`: a page that the user named for that, else the login once more. Null: nothing did. */
  readonly how: { readonly url: string; readonly found: string; readonly named: boolean } | null
  /** Why a signed-in user cannot authenticate again; null when one can. */
  readonly unavailable: string | null
  /** An earlier step that has shown why the login, or the whole site, leaves an old value alive. */
  readonly alreadyShown: 'fixation' | 'logout' | null
  /** Whether the browser got a new value. By itself that shows nothing. */
  readonly rotated: boolean
  /** The values from before. */
  readonly replays: readonly SavedReplay[]
  readonly controls: readonly Control[]
}

export interface PasswordChangeEvidence {
  readonly how: {
    readonly method: string
    readonly url: string
    readonly found: string
    /** Names of the fields that take a password. */
    readonly fields: readonly string[]
  }
  /** The browser that changed it: a site may ask it to sign in again. */
  readonly browserAfter: Observation
  /** Whether that browser got a new value. By itself that shows nothing. */
  readonly rotated: boolean
  /** The values from before of the session that changed the password. */
  readonly own: readonly SavedReplay[]
  /** Those of another session of the same account; null when there was none, see `noOthers`. */
  readonly others: readonly SavedReplay[] | null
  readonly noOthers: string | null
  /** A box on the form about the other sessions, left as it was, and then, when they had survived, taken. */
  readonly choice: {
    readonly field: string
    /** It is set to end them unless the user changes that. */
    readonly preset: boolean
    /** The other session after the password was changed back with the choice taken; null when that was not tried. */
    readonly taken: readonly SavedReplay[] | null
  } | null
  /** Something else that offers to end them, on the form's page or in the answer; not used. */
  readonly offer: string | null
  readonly controls: readonly Control[]
}
