import type { Control } from '../evidence/evidence.ts'
import type { Finding, Verdict } from './check.ts'

/** What a verdict rests on: controls that were run and exchanges that can be re-run. */
export interface Basis {
  readonly controls?: readonly Control[]
  readonly exchanges?: readonly number[]
}

export function pass(reason: string, basis: Basis = {}): Verdict {
  return { verdict: 'pass', reason, ...settled(basis) }
}

export function skipped(reason: string, basis: Basis = {}): Verdict {
  return { verdict: 'skipped', reason, ...settled(basis) }
}

export function inconclusive(reason: string, basis: Basis = {}): Verdict {
  return { verdict: 'inconclusive', reason, ...settled(basis) }
}

/** The reason is made from the findings. There must be at least one. */
export function fail(findings: readonly Finding[], basis: Basis = {}): Verdict {
  const first = findings[0]
  if (first === undefined) throw new Error('a fail needs a finding')
  const more = findings.length === 1 ? '' : ` (and ${findings.length - 1} more)`
  return { verdict: 'fail', reason: first.seen + more, ...settled(basis), findings }
}

/** A verdict that a control which did not hold makes impossible; null when all of them held. */
export function brokenControl(controls: readonly Control[]): string | null {
  const broken = controls.find((control) => !control.held)
  if (broken === undefined) return null
  return `the control "${broken.name}" did not hold: expected ${broken.expected}, saw ${broken.seen}`
}

/** "a", "a and b", "a, b and c". */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join('')
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

function settled(basis: Basis): { controls: readonly Control[]; exchanges: readonly number[] } {
  return { controls: basis.controls ?? [], exchanges: [...new Set(basis.exchanges ?? [])] }
}
