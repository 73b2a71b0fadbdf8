import { type Law, lawsOver, type MakeStore } from './law.ts'
import { recordLaws, sweepLaws } from './record-laws.ts'
import { sessionLaws } from './session-laws.ts'

export interface StoreLawsOptions {
  /** False for a store whose backend expires records by itself, and that has no `sweep`. Default true. */
  readonly sweeps?: boolean
}

/**
 * Everything a store must keep, each law on an empty store of its own: what single records do, and the ten laws of
 * the design through `createSessions`. With any test runner:
 *
 *     for (const law of storeLaws(() => myStore())) test(law.name, law.run)
 */
export function storeLaws(makeStore: MakeStore, { sweeps = true }: StoreLawsOptions = {}): Law[] {
  return lawsOver(makeStore, { ...recordLaws, ...(sweeps ? sweepLaws : {}), ...sessionLaws })
}
