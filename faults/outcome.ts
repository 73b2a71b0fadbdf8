import type { Fault } from './fault.ts'
import type { Findings } from './findings.ts'
import type { Figures } from './meter.ts'
import type { ApplicationSettings } from './settings.ts'

export interface Outcome extends Figures {
  readonly fault: Fault
  readonly settings: ApplicationSettings
  readonly findings: Findings
  /** Milliseconds until the first browser worked again, and until all did. */
  readonly recovery: { readonly first: number; readonly all: number }
}

/** What a request may wait beyond the deadline, in milliseconds: two busy cores are shared by all of this. */
const SLACK = 750

/** The longest that a request may have waited: an operation is given up after 1.25 times `storeTimeout`. */
export function waitLimit({ settings }: Outcome): number {
  return settings.storeTimeout * 1.25 + SLACK
}

/** What is wrong, in words; empty when nothing is. */
export function problemsOf(outcome: Outcome): string[] {
  const { fault, findings, longestWait, slowest } = outcome
  const problems = findings.summary()
  const limit = waitLimit(outcome)
  if (longestWait > limit) {
    problems.push(`${slowest} waited ${Math.round(longestWait)} ms; the deadline allows ${limit}`)
  }
  if (fault.window?.isShown && findings.returned.length === 0) {
    problems.push(`nothing was lost in "${fault.window.name}", so that the case shows nothing`)
  }
  return problems
}
