export type WrongKind =
  | 'let in after its end'
  | 'let in unasked'
  | 'signed out without an end'
  | 'another user'
  | 'value lost'
  | 'unknown token let in'
  | 'visitor not served'
  | 'missing in the list'
  | 'ended but listed'
  | 'write after the end'
  | 'cookie without need'
  | 'unexpected answer'
  | 'unhandled error'
  | 'error that is none of ours'
  | 'application ended'

/** A stretch of time in which a deployment, by its own documented settings, may lose what it had confirmed. */
export interface Window {
  readonly name: string
  /** How long before the strike, in milliseconds. */
  readonly ms: number
  /** True for a case that is there to show the window: nothing lost would prove nothing. */
  readonly isShown?: boolean
  /** True where the deployment may lose other writes, but no logout, revocation or new secret. */
  readonly endingsHold?: boolean
}

interface Wrong {
  readonly kind: WrongKind
  readonly detail: string
}

/** What was seen to go wrong, and what was lost in a documented window. */
export class Findings {
  readonly wrongs: Wrong[] = []
  /** Ended sessions that came back, sessions that were lost, and values that were: inside the window only. */
  readonly returned: string[] = []
  readonly lost: string[] = []
  /** Sessions whose end was refused, that were seen ended all the same, and then came back: inside the window only. */
  readonly undone: string[] = []
  readonly valuesLost: string[] = []
  /** Answers from the near cache after the session had ended, within its declared bound. */
  stale = 0
  /** Refusals before the fault and after the recovery: harmless, and a sign of a busy machine or a bad recovery. */
  refusedAtRest = 0
  /** The longest time, in milliseconds, in which a process of the application did not run: no deadline counts it. */
  longestStandstill = 0

  stoodStill(ms: number): void {
    this.longestStandstill = Math.max(this.longestStandstill, ms)
  }

  wrong(kind: WrongKind, detail: string): void {
    this.wrongs.push({ kind, detail })
  }

  /** How often each kind was seen, with the first one's detail. */
  summary(): string[] {
    const kinds = Map.groupBy(this.wrongs, ({ kind }) => kind)
    return [...kinds].map(([kind, all]) => `${all.length} x ${kind}; first: ${all[0]?.detail}`)
  }
}
