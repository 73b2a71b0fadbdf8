/** One way to break the session layer, and the tests that must notice. `from` occurs exactly once in the file. */
export interface Mutant {
  /** Of the ten, or what the tests of a rule beside them begin with. */
  readonly law: number | 'theft' | 'tokens' | 'clients' | 'errors' | 'events' | 'telemetry'
  readonly fault: string
  readonly file: string
  readonly from: string
  readonly to: string
  /** Beginnings of the names of the tests that must fail. */
  readonly noticedBy: readonly string[]
  /** The test file that must notice; by default the laws over the memory store. */
  readonly test?: string
}
