import type { Law } from 'latchkey/testing'

/** A part of latchkey in a trial: what must hold of it, and how to let go of what that needs. */
export interface Part {
  readonly laws: readonly Law[]
  close?(): Promise<unknown>
}

/** Made when it is its turn, and importing what it needs only then: not every runtime has everything. */
export type Parts = Readonly<Record<string, () => Promise<Part>>>
