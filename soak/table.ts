import type { Violation } from '../packages/session/src/testing/lifecycle/batch.test-helper.ts'
import type { Soaked } from './soaking.ts'

const heads = ['store', 'interleavings', 'store operations', 'violations']

/** One row for each store, and one for all. */
export function soakTable(all: readonly Soaked[]): string {
  const sum = (of: (soaked: Soaked) => number) => all.reduce((total, each) => total + of(each), 0)
  const rows = [
    heads,
    ...all.map((each) => cells(each.store, each.interleavings, each.operations, each.violations.length)),
    cells(
      'all',
      sum((each) => each.interleavings),
      sum((each) => each.operations),
      sum(violationsOf),
    ),
  ]
  const widths = heads.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
  return rows.map(line).join('\n')
}

function violationsOf({ violations }: Soaked): number {
  return violations.length
}

function cells(store: string, ...numbers: readonly number[]): string[] {
  return [store, ...numbers.map((number) => number.toLocaleString('en'))]
}

/** What was broken, and the command that shows it again. */
export function violationLines(store: string, { seed, path, message, program }: Violation): string {
  return [
    `VIOLATION on ${store}: ${message}`,
    `  seed ${seed}, path ${path}`,
    `  ${program}`,
    `  again: npm run soak -- --store "${store}" --seed ${seed} --path ${path}`,
  ].join('\n')
}
