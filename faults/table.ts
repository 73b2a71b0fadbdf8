import { type Outcome, problemsOf, waitLimit } from './outcome.ts'

const heads = [
  ['fault', ''],
  ['store', 'and client'],
  ['requests', 'sent'],
  ['', 'refused'],
  ['wrong', 'answers'],
  ['ended,', 'came back'],
  ['sessions', 'lost'],
  ['longest', 'wait, ms'],
  ['may be', 'at most'],
  ['first works', 'again, ms'],
  ['all work', 'again, ms'],
] as const

/** Columns of text; the others are numbers and stand on the right. */
const textColumns = 2

export function faultTable(outcomes: readonly Outcome[]): string {
  const rows = [heads.map(([top]) => top), heads.map(([, below]) => below), ...outcomes.map(cellsOf)]
  const widths = heads.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => (at < textColumns ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd()
  return rows.map(line).join('\n')
}

function cellsOf(outcome: Outcome): string[] {
  const { fault, findings, sent, refused, longestWait, recovery } = outcome
  return [
    fault.title,
    `${fault.store}, ${fault.client}`,
    String(sent),
    String(refused),
    String(findings.wrongs.length),
    String(findings.returned.length),
    String(findings.lost.length),
    String(Math.round(longestWait)),
    String(Math.round(waitLimit(outcome))),
    String(Math.round(recovery.first)),
    String(Math.round(recovery.all)),
  ]
}

/** What was lost where it may be, what the near cache gave within its bound, and what was refused without a fault. */
export function noteLines(outcomes: readonly Outcome[]): string[] {
  return outcomes.flatMap((outcome) => {
    const { fault, findings, settings } = outcome
    const { returned, lost, valuesLost, undone, stale, refusedAtRest } = findings
    const lines: string[] = []
    if (fault.window) {
      lines.push(
        `${fault.id}: ${returned.length} ended sessions came back, ${lost.length} sessions and ` +
          `${valuesLost.length} values were lost, ${undone.length} refused endings were undone, ` +
          `in its documented window: ${fault.window.name}`,
      )
    }
    if (stale > 0)
      lines.push(`${fault.id}: ${stale} answers after the end, within maxStale (${settings.maxStale} ms)`)
    if (refusedAtRest > 0) {
      lines.push(`${fault.id}: ${refusedAtRest} requests were refused before the fault or after the recovery`)
    }
    return lines
  })
}

export function problemLines(outcomes: readonly Outcome[]): string[] {
  return outcomes.flatMap((outcome) =>
    problemsOf(outcome).map((problem) => `${outcome.fault.id}: ${problem}`),
  )
}
