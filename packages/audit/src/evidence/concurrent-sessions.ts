import type { Control, Observation } from './observation.ts'

/** How many sessions one user can have. Plain JSON, as all evidence. */
export interface ConcurrentSessionsEvidence {
  /** Most sessions that a user may have, as the one who audits said; null when nothing was said. */
  readonly expected: number | null
  /** Logins in clean browsers, one after another; after each, every browser so far was looked at. */
  readonly logins: readonly {
    /** The browsers of this and the earlier logins, the oldest first. */
    readonly browsers: readonly Observation[]
  }[]
  /** Logins that gave a browser the very session of an earlier one. */
  readonly shared: number
  /** The login after those above was refused. */
  readonly refused: {
    readonly exchange: number
    readonly status: number
    /** Sessions of this audit that were alive then. */
    readonly live: number
    /** One of them was ended, and the next login worked: it was their number. */
    readonly worksAfterLogout: boolean
  } | null
  readonly controls: readonly Control[]
}
