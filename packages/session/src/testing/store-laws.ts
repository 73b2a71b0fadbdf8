import { announcementLaws } from './laws/announcement-laws.ts'
import { clientLaws } from './laws/client-laws.ts'
import { edgeLaws } from './laws/edge-laws.ts'
import { endingLaws } from './laws/ending-laws.ts'
import { familyLaws } from './laws/family-laws.ts'
import { heldLaws } from './laws/held-laws.ts'
import { type Law, lawsOver, type MakeStore } from './laws/law.ts'
import { limitLaws } from './laws/limit-laws.ts'
import { outageLaws } from './laws/outage-laws.ts'
import { providerLaws } from './laws/provider-laws.ts'
import { recordLaws, sweepLaws } from './laws/record-laws.ts'
import { refreshLaws } from './laws/refresh-laws.ts'
import { sealedLaws } from './laws/sealed-laws.ts'
import { secretLaws } from './laws/secret-laws.ts'
import { timeoutLaws } from './laws/timeout-laws.ts'
import { announcedRevocationLaws, tokenRevocationLaws } from './laws/token-revocation-laws.ts'
import { writeLaws } from './laws/write-laws.ts'

/** The ten laws of the design, through `createSessions`. */
const tenLaws = {
  ...secretLaws,
  ...heldLaws,
  ...familyLaws,
  ...endingLaws,
  ...writeLaws,
  ...timeoutLaws,
  ...outageLaws,
  ...edgeLaws,
}

export interface StoreLawsOptions {
  /** False for a store whose backend expires records by itself, and that has no `sweep`. Default true. */
  readonly sweeps?: boolean
  /** True for a store that has `subscribe`. Default false. */
  readonly announces?: boolean
  /** True runs the laws with `sealed: true`. Default false. */
  readonly sealed?: boolean
}

/**
 * Everything a store must keep, each law on an empty store of its own: what single records do, and the ten laws of
 * the design through `createSessions`. With any test runner:
 *
 *     for (const law of storeLaws(() => myStore())) test(law.name, law.run)
 */
export function storeLaws(
  makeStore: MakeStore,
  { sweeps = true, announces = false, sealed = false }: StoreLawsOptions = {},
): Law[] {
  const laws = {
    ...recordLaws,
    ...(sweeps ? sweepLaws : {}),
    ...(announces ? { ...announcementLaws, ...announcedRevocationLaws } : {}),
    ...tenLaws,
    ...limitLaws,
    ...clientLaws,
    ...sealedLaws,
    ...tokenRevocationLaws,
    ...refreshLaws,
    ...providerLaws,
  }
  return lawsOver(makeStore, laws, { sealed })
}
