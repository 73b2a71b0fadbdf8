/** Where in a session's life something happened; `replay` is what somebody else sends with a copy of it. */
export type Lane = 'visitor' | 'sign-in' | 'use' | 'sign-out' | 'replay'

/** One thing that happened, as it stands in the picture of the session's life. */
export interface Moment {
  readonly lane: Lane
  /** The exchange that it was seen in. */
  readonly exchange: number
  /** In a few words. */
  readonly what: string
  /** `plain`: what had to happen anyway. `unclear`: its check came to no verdict. */
  readonly state: 'good' | 'bad' | 'unclear' | 'plain'
  /** The check that it belongs to. */
  readonly check: string | null
}

/** A moment before its check's verdict is looked at. */
export interface Seen extends Omit<Moment, 'state'> {
  readonly bad: boolean
}
