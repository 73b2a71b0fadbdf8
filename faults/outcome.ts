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

/** What a request may wait beyond its deadlines, in milliseconds: two busy cores are shared by all of this. */
const SLACK = 1000

/** With one deadline each: the request's own reading, and what its handler calls. */
const CALLS = 2

// A process that a busy machine keeps from running is kept for no longer; beyond it, it stands still by its own doing.
const longestExcuse = 300

/**
 * The longest that a request may have waited: a call is given up after 1.25 times `storeTimeout`, of which only the time
 * counts in which its process ran.
 */
export function waitLimit({ settings, findings }: Outcome): number {
  const standstill = Math.min(findings.longestStandstill, longestExcuse)
  return CALLS * (settings.storeTimeout * 1.25 + standstill) + SLACK
}

/** What is wrong, in words; empty when nothing is. */
export function problemsOf(outcome: Outcome): string[] {
  const { fault, findings, longestWait, slowest } = outcome
  const problems = findings.summary()
  const limit = waitLimit(outcome)
  if (longestWait > limit) {
    problems.push(`${slowest} waited ${Math.round(longestWait)} ms; its deadlines allow ${Math.round(limit)}`)
  }
  if (fault.window?.isShown && findings.returned.length === 0) {
    problems.push(`nothing was lost in "${fault.window.name}", so that the case shows nothing`)
  }
  return problems
}
