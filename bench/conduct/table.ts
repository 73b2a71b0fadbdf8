import type { Conduct } from './measure.ts'
import { races } from './races.ts'

/** A row per race, a column per library, k of N in each cell. */
export function conductTable(conducts: readonly Conduct[]): string {
  const first = Math.max(...races.map(({ title }) => title.length))
  const widths = conducts.map(({ column }) => Math.max(...column.head.map((line) => line.length), 6))
  const line = (label: string, cells: readonly string[]) =>
    [label.padEnd(first), ...cells.map((cell, at) => cell.padStart(widths[at] ?? 0))].join('  ')

  const head = [0, 1].map((at) =>
    line(
      at === 0 ? 'times it happened' : '',
      conducts.map(({ column }) => column.head[at] ?? ''),
    ),
  )
  const rows = races.map(({ id, title }) =>
    line(
      title,
      conducts.map(({ counts }) => {
        const count = counts.get(id)
        return count ? `${count.happened}/${count.trials}` : 'not run'
      }),
    ),
  )
  const setups = conducts.map(({ column }) => `  ${column.head.join(' ').padEnd(24)}${column.setup}`)
  return [...head, ...rows, '', ...setups].join('\n')
}
