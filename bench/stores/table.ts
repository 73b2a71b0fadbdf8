import type { GroupResult, Result } from '../speed/results.ts'
import type { Spread } from '../speed/statistics.ts'
import { columns, count } from '../speed/table.ts'

/** Throughput and CPU of each row, beside the bare framework and beside the row's floor. */
export function storeTable(groups: readonly GroupResult[]): string {
  const lines = groups.flatMap(({ framework, bare, results }) => [
    [`${framework}, bare`, count(bare.perSecond), '1', '', '', `${bare.cpu.toFixed(1)} in all`],
    ...results.map((result) => lineOf(framework, result)),
  ])
  const head = [
    'GET /me, signed in',
    'req/s',
    'to bare',
    'to floor',
    'quartiles',
    'CPU µs added',
    'beyond floor',
  ]
  return columns([head, ...lines])
}

function lineOf(framework: string, { row, perSecond, ratio, added, toFloor }: Result): string[] {
  return [
    `${framework}, ${row.label}`,
    count(perSecond),
    ratio.median.toFixed(2),
    toFloor?.ratio.median.toFixed(2) ?? '',
    toFloor ? quartiles(toFloor.ratio) : '',
    added.median.toFixed(1),
    toFloor?.added.median.toFixed(1) ?? '',
  ]
}

const quartiles = ({ low, high }: Spread) => `${low.toFixed(2)}..${high.toFixed(2)}`
