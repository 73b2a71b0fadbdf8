import type { CarrierEvidence } from '../evidence/evidence.ts'
import type { Finding } from './check.ts'

/** What a rule makes of one carrier cookie, given every Set-Cookie that made it. */
export interface Examined {
  readonly findings: readonly Finding[]
  /** Something to say although it is no finding. */
  readonly note?: string
  /** Why the rule cannot be applied here. */
  readonly unjudged?: string
}

type Carriers = Pick<CarrierEvidence, 'sets' | 'companions' | 'secrets'>

export interface Together {
  /** At fault, and of no use to anybody without a secret of its set that is not. */
  readonly excused: readonly string[]
  /** At fault, and needed beside one that is not and may be a secret or may be none. */
  readonly unsure: readonly string[]
}

/**
 * Cookies that only work together are judged together: whoever gets at one has no session while another of the set
 * is kept as it should be, as long as that is a secret.
 */
export function judgeTogether(
  { sets, companions = [], secrets = [] }: Carriers,
  each: ReadonlyMap<string, Examined>,
): Together {
  const isFaulty = (name: string) => (each.get(name)?.findings.length ?? 0) > 0
  const isGood = (name: string) => each.has(name) && !isFaulty(name) && !each.get(name)?.unjudged
  const keptBy = (name: string, keepers: (name: string) => boolean) =>
    sets
      .filter((set) => set.includes(name))
      .every((set) => set.some((other) => other !== name && isGood(other) && keepers(other)))
  const faulty = [...each.keys()].filter(isFaulty)
  const excused = faulty.filter((name) => keptBy(name, (other) => secrets.includes(other)))
  const unsure = faulty.filter(
    (name) => !excused.includes(name) && keptBy(name, (other) => !companions.includes(other)),
  )
  return { excused, unsure }
}

export function excuse(name: string): string {
  return `${name} is not, and opens nothing without the others`
}
