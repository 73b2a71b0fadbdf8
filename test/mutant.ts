/** One way to break the session layer, and the tests that must notice. `from` occurs exactly once in the file. */
export interface Mutant {
  readonly law: number
  readonly fault: string
  readonly file: string
  readonly from: string
  readonly to: string
  /** Beginnings of the names of the tests that must fail. */
  readonly noticedBy: readonly string[]
}
