import type { Conduct } from './measure.ts'
import { races } from './races.ts'

const columnsAtOnce = 8

/** A row per race, a column per library, k of N in each cell; one table below the other where there are many. */
export function conductTable(conducts: readonly Conduct[]): string {
  const tables: string[] = []
  for (let at = 0; at < conducts.length; at += columnsAtOnce)
    tables.push(table(conducts.slice(at, at + columnsAtOnce)))
  const setups = conducts.map(({ column }) => `  ${column.head.join(' ').padEnd(24)}${column.setup()}`)
  return [...tables, setups.join('\n')].join('\n\n')
}

function table(conducts: readonly Conduct[]): string {
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
      conducts.map(({ column, counts }) => {
        const count = counts.get(id)
        if (count) return `${count.happened}/${count.trials}`
        return id in column.impossible ? '-' : 'not run'
      }),
    ),
  )
  return [...head, ...rows].join('\n')
}
