import type { Bound } from './bounds.ts'
import type { Footprint } from './memory.ts'
import type { GroupResult } from './results.ts'

/** Lines of cells as columns; the first is text, the others are numbers and stand to the right. */
export function columns(lines: readonly (readonly string[])[]): string {
  const count = Math.max(...lines.map((line) => line.length))
  const widths = Array.from({ length: count }, (_, at) =>
    Math.max(...lines.map((line) => line[at]?.length ?? 0)),
  )
  const pad = (cell: string, at: number) =>
    at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0)
  return lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n')
}

export function speedTable(groups: readonly GroupResult[]): string {
  const lines = groups.flatMap(({ framework, bare, results }) => [
    [`${framework}, bare`, count(bare.perSecond), '1', '', `${bare.cpu.toFixed(1)} in all`],
    ...results.map(({ row, perSecond, ratio, added, toFloor }) => [
      `${framework}, ${row.label.replace('bare, ', '')}`,
      count(perSecond),
      ratio.median.toFixed(2),
      `${ratio.low.toFixed(2)}..${ratio.high.toFixed(2)}`,
      added.median.toFixed(1),
      `${added.low.toFixed(1)}..${added.high.toFixed(1)}`,
      row.kind === 'floor' ? '' : (toFloor?.added.median.toFixed(1) ?? ''),
    ]),
  ])
  const head = [
    'GET /me, signed in',
    'req/s',
    'to bare',
    'quartiles',
    'CPU µs added',
    'quartiles',
    'beyond floor',
  ]
  return columns([head, ...lines])
}

export function footprintTable(footprints: readonly Footprint[], sessions: number): string {
  const head = [`${count(sessions)} sessions of 295 B in memory`, 'bytes per session']
  return columns([head, ...footprints.map(({ label, bytesPerSession }) => [label, count(bytesPerSession)])])
}

export function boundTable(bounds: readonly Bound[]): string {
  const lines = bounds.map(({ what, asked, measured, met }) => [
    what,
    asked,
    measured,
    met ? 'met' : 'MISSED',
  ])
  return columns([['asked of latchkey', 'bound', 'measured', ''], ...lines])
}

export function count(number: number): string {
  return Math.round(number).toLocaleString('en-GB')
}
