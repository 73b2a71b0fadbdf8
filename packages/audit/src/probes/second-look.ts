import type { ProbeContext } from './context.ts'
import { sessionsAreIndependent } from './sessions/at-hand.ts'

/** What was seen once and is to be looked at again after a while, before it can be said what it shows. */
export interface SecondLook<T> {
  readonly afterMs: number
  /** Whether other steps may be taken meanwhile: nothing that they do can change what will be seen. */
  readonly meanwhile: boolean
  /** Is taken side by side with the looks of other steps. */
  look(): Promise<void>
  /** Comes after all of those. */
  conclude(): Promise<T>
}

export function isSecondLook<T>(found: T | SecondLook<T>): found is SecondLook<T> {
  return typeof found === 'object' && found !== null && 'conclude' in found && 'afterMs' in found
}

/** Milliseconds: a dead value is looked at again soon (a late write may revive it), a live one later (it may die with delay). */
export const SOON = 200
export const LATER = 2000

/** Requests that must be left for what comes after the wait, before other steps may be taken meanwhile. */
const SPARED_REQUESTS = 80

/** Whether other steps may be taken while a dead copy of a session waits for its second look. */
export function mayGoOnMeanwhile(context: ProbeContext): boolean {
  return sessionsAreIndependent(context) && context.http.budget.requestsLeft > SPARED_REQUESTS
}
