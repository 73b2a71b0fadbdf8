import type { Chart } from './charts/svg.ts'
import type { Bound } from './speed/bounds.ts'
import type { Plan } from './speed/measure.ts'

/** What the command line asks for. */
export interface Context {
  readonly plan: Plan
  readonly quick: boolean
  /** Only the frameworks whose name has this text. */
  readonly only: string
  /** Only the rows whose name has this text, with their floors. */
  readonly rows: string
  /** Only the stores whose name has this text, where each store is measured on its own. */
  readonly store: string
  /** Sessions in the memory measurement. */
  readonly sessions: number
  readonly tenMillion: boolean
  /** Another checkout, to whose servers those of this one are compared. */
  readonly before: string | undefined
  /** Says what is going on. */
  note(text: string): void
}

/** What one section of the bench has found. */
export interface Outcome {
  /** Tables and notes, one after the other. */
  readonly text: readonly string[]
  readonly bounds: readonly Bound[]
  /** For `--json`. */
  readonly data: unknown
  readonly charts: readonly Chart[]
}

export type Section = (context: Context) => Promise<Outcome>
