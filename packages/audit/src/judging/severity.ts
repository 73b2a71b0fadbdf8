import type { Severity } from './check.ts'

/** Worst first. */
export const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info']

/** The worst of the given severities, or null for none. */
export function worstOf(given: readonly Severity[]): Severity | null {
  return severities.find((severity) => given.includes(severity)) ?? null
}

/** Whether `severity` is as bad as `threshold` or worse. */
export function atLeast(severity: Severity, threshold: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(threshold)
}
