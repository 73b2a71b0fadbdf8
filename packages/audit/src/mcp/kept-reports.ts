import type { Report } from '../judging/check.ts'
import { ToolError } from './tool-error.ts'

/** One audit of this server, so that an agent reads on without auditing again. */
export interface KeptReport {
  readonly id: string
  readonly report: Report
}

export interface KeptReports {
  keep(report: Report): KeptReport
  /** Throws ToolError `unknown_audit`. */
  find(id: string): KeptReport
}

const MOST = 8

/** The last few, in memory: nothing is written unless somebody asks. */
export function keptReports(): KeptReports {
  const kept: KeptReport[] = []
  let count = 0
  return {
    keep(report) {
      count += 1
      const entry = { id: `a${count}`, report }
      kept.push(entry)
      if (kept.length > MOST) kept.shift()
      return entry
    },
    find(id) {
      const entry = kept.find((each) => each.id === id)
      if (entry !== undefined) return entry
      const known = kept.map((each) => each.id).join(', ') || 'none'
      throw new ToolError('unknown_audit', `there is no such audit; kept are: ${known}`)
    },
  }
}
