import type { Spread } from '../speed/statistics.ts'

/** One store at one size. */
export interface SizeSummary {
  readonly label: string
  readonly sessions: number
  readonly isTouching: boolean
  readonly perSecond: number
  readonly cpu: number
  readonly ratioToBare: number
  /** Throughput as a ratio to the smallest size; null for that one and where every request writes. */
  readonly ratioToSmallest: Spread | null
  readonly bytesPerSession: number
}

/** Each store at its largest size. */
export function largestOf(summaries: readonly SizeSummary[]): SizeSummary[] {
  const reads = summaries.filter(({ isTouching }) => !isTouching)
  return reads.filter(({ label }, at) => reads[at + 1]?.label !== label)
}
