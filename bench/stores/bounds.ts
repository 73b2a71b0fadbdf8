import type { Bound } from '../speed/bounds.ts'
import type { GroupResult, Result } from '../speed/results.ts'

// The share of its floor's throughput that a row on node:http must reach. A near cache's floor is the memory store.
const least: Readonly<Record<string, number>> = {
  'latchkey-redis': 0.9,
  'latchkey-ioredis': 0.9,
  'latchkey-postgres': 0.9,
  'latchkey-cached-redis': 0.95,
  'latchkey-cached-postgres': 0.95,
}

export function storeBoundsOf(groups: readonly GroupResult[]): Bound[] {
  return groups
    .filter(({ framework }) => framework === 'node')
    .flatMap(({ results }) => results.flatMap((result) => boundOf(result, results)))
}

function boundOf({ row, toFloor }: Result, results: readonly Result[]): Bound[] {
  const asked = least[row.name]
  if (asked === undefined || toFloor === null) return []
  const floor = results.find(({ row: { name } }) => name === row.floor)?.row.label ?? 'the floor'
  const { median, low, high } = toFloor.ratio
  return [
    {
      what: `${row.label}, throughput to ${floor}`,
      asked: `at least ${asked}`,
      measured: `${median.toFixed(2)} (${low.toFixed(2)}..${high.toFixed(2)})`,
      met: median >= asked,
    },
  ]
}
