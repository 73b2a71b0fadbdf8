import { worstLeft } from '../judging/baseline.ts'
import type { CheckResult, Report, Severity } from '../judging/check.ts'
import { undecidedDeclared } from '../judging/declared.ts'
import { undecidedHigh } from '../judging/outcome.ts'
import { atLeast } from '../judging/severity.ts'
import { listed } from '../judging/verdicts.ts'

interface ExitFlags {
  readonly failOn: Severity | 'none'
  readonly allowInconclusive?: true
}

/** What a report that could be made ends with: a good one with 0, and only that. */
export function exitCodeOf(
  { checks, outcome, comeBack }: Report,
  { failOn, allowInconclusive }: ExitFlags,
): 0 | 1 | 3 | 4 | 5 {
  if (outcome === 'not-established') return 3
  const worst = worstLeft({ checks })
  if (failOn !== 'none' && worst !== null && atLeast(worst, failOn)) return 1
  if (comeBack) return 5
  return outcome === 'undecided' && !allowInconclusive ? 4 : 0
}

/** What a person should know about a code that no finding explains; null for the others. */
export function reasonOf(
  code: ReturnType<typeof exitCodeOf>,
  { checks, expect, comeBack }: Report,
): string | null {
  if (code === 3) return 'what carries the session was not established, so most checks could not be made'
  if (code === 5) return `come back after ${comeBack?.next}, with the same --resume file`
  if (code !== 4) return null
  const idsOf = (undecided: readonly CheckResult[]) => undecided.map(({ id }) => id)
  const [high, declared] = [idsOf(undecidedHigh(checks)), idsOf(undecidedDeclared(expect, checks))]
  const why = [
    ...(high.length === 0 ? [] : [`${listed(high)} ${be(high)} undecided, and would be of high severity`]),
    ...(declared.length === 0
      ? []
      : [`${listed(declared)} ${be(declared)} undecided, and of what was declared`]),
  ]
  return `${why.join('; ')}; --allow-inconclusive exits with 0 all the same`
}

function be(names: readonly string[]): string {
  return names.length === 1 ? 'is' : 'are'
}
