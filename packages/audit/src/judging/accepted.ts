/** A finding that is known, and accepted until a day. */
export interface AcceptedFinding {
  readonly fingerprint: string
  readonly check: string
  readonly where: string
  readonly reason: string
  /** The last day on which it is, as 2027-03-01. */
  readonly expires: string
}

export interface Baseline {
  readonly schema: 'latchkey-baseline/1'
  readonly accepted: readonly AcceptedFinding[]
}

/** What became of the entries of a baseline. */
export interface BaselineOutcome {
  /** Findings that are accepted. */
  readonly accepted: number
  /** Entries whose day is over: what they name counts again. */
  readonly expired: readonly AcceptedFinding[]
  /** Entries that name nothing of this report. */
  readonly unused: readonly AcceptedFinding[]
}
