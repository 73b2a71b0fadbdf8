import type { Violation } from '../packages/session/src/testing/lifecycle/batch.test-helper.ts'
import { playBatch } from '../packages/session/src/testing/lifecycle/batch.test-helper.ts'
import type { Lane } from '../packages/session/src/testing/lifecycle/running/lane.ts'
import type { Backend } from '../packages/session/src/testing/lifecycle/stores.test-helper.ts'

/** What a store was put through, and what it did wrong. */
export interface Soaked {
  readonly store: string
  interleavings: number
  operations: number
  readonly violations: Violation[]
  /** Why it could not go on: its server failed. */
  trouble: string | null
}

export interface SoakOptions {
  readonly backends: Readonly<Record<string, () => Promise<Backend>>>
  /** The first batch of every store is of this one, the next of the next. */
  readonly seed: number
  /** Asked between two batches. */
  readonly isOver: () => boolean
  /** Told at once of every violation. */
  readonly onViolation: (store: string, violation: Violation) => void
}

// Small, so that the end is near whenever it is asked for.
const runsAtOnce = 25
// The same fault is found again and again; a few show whether it is one.
const mostViolations = 3

/** Plays random interleavings on all stores at the same time, batch after batch, until it is over. */
export async function soak(options: SoakOptions): Promise<Soaked[]> {
  const names = Object.entries(options.backends)
  // Servers take a while to start, which is nobody's time to soak.
  const opened = await Promise.allSettled(names.map(([, open]) => open()))
  return await Promise.all(names.map(([store], at) => soakStore(store, opened[at], options)))
}

async function soakStore(
  store: string,
  opened: PromiseSettledResult<Backend> | undefined,
  options: SoakOptions,
): Promise<Soaked> {
  const soaked: Soaked = { store, interleavings: 0, operations: 0, violations: [], trouble: null }
  try {
    if (opened?.status !== 'fulfilled') throw opened?.reason
    const backend = opened.value
    try {
      const lane = await backend.lane()
      await batches(lane, soaked, options)
      await lane.close()
    } finally {
      await backend.close()
    }
  } catch (error) {
    soaked.trouble = error instanceof Error ? error.message : String(error)
  }
  return soaked
}

async function batches(
  lane: Lane,
  soaked: Soaked,
  { seed, isOver, onViolation }: SoakOptions,
): Promise<void> {
  for (let at = 0; !isOver() && soaked.violations.length < mostViolations; at++) {
    // Seeds are 32 bits wide, and negative ones are as good.
    const played = await playBatch(lane, { seed: (seed + at) | 0, runs: runsAtOnce })
    soaked.interleavings += played.interleavings
    soaked.operations += played.operations
    if (!played.violation) continue
    soaked.violations.push(played.violation)
    onViolation(soaked.store, played.violation)
  }
}
