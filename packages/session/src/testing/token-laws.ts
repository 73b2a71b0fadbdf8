import { type Law, lawsOver, type MakeStore } from './laws/law.ts'
import { tokenGuardLaws } from './laws/token-guard-laws.ts'
import { tokenPossessionLaws } from './laws/token-possession-laws.ts'

/**
 * What tokens must keep where sessions are in this store, each law on an empty one. Needs the package jose, which makes the
 * keys. With any test runner:
 *
 *     for (const law of tokenLaws(() => myStore())) test(law.name, law.run)
 */
export function tokenLaws(makeStore: MakeStore): Law[] {
  return lawsOver(makeStore, { ...tokenGuardLaws, ...tokenPossessionLaws })
}
