import type { Action, Known } from '../running/action.ts'
import type { Settings } from '../step.ts'
import type { Ledger } from './ledger.ts'

/** What a rule looks at beside the action itself. */
export interface Surroundings {
  readonly ledger: Ledger
  readonly settings: Settings
  /** How old a copy may be from which a request is answered. */
  readonly maxStale: number
  /** Actions that have begun and not ended. */
  readonly underWay: ReadonlySet<Action>
  /** Users of whom a sign-in failed half way, so that they may have too many sessions. */
  readonly excused: Set<string>
  readonly csrfTokens: CsrfToken[]
}

/** A token that a session gave, and the epochs of which it can be. */
export interface CsrfToken {
  readonly session: Known
  readonly token: string
  readonly from: number
  readonly until: number
  readonly givenTick: number
  readonly givenTime: number
}
