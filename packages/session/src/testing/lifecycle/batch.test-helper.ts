import fc from 'fast-check'
import { playLifecycle } from './play.ts'
import { programs } from './program.arbitrary.ts'
import type { Lane } from './running/lane.ts'

/** Which programs to play. The same seed and path are the same programs. */
export interface Batch {
  readonly seed: number
  readonly runs: number
  /** Where in the seed's tree of programs a violation was found; plays that one alone. */
  readonly path?: string
}

export interface Violation {
  readonly seed: number
  readonly path: string
  /** What was broken, and where. */
  readonly message: string
  /** The shortest program that breaks it, as JSON. */
  readonly program: string
}

export interface BatchResult {
  readonly interleavings: number
  readonly operations: number
  readonly violation: Violation | null
}

/** Plays a batch of random programs on a lane, one after the other, and makes the first that breaks a law short. */
export async function playBatch(lane: Lane, { seed, runs, path }: Batch): Promise<BatchResult> {
  let interleavings = 0
  let operations = 0
  const property = fc.asyncProperty(programs, async (program) => {
    interleavings++
    operations += (await playLifecycle(lane, program)).operations
  })
  const replay = path === undefined ? {} : { path, endOnFailure: true }
  const details = await fc.check(property, { seed, numRuns: runs, ...replay })
  if (!details.failed) return { interleavings, operations, violation: null }
  const { errorInstance: error } = details
  const violation: Violation = {
    seed: details.seed,
    path: details.counterexamplePath ?? '',
    message: error instanceof Error ? error.message : String(error),
    program: JSON.stringify(details.counterexample?.[0]),
  }
  return { interleavings, operations, violation }
}
