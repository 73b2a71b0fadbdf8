import { type Bound, shareBound } from '../speed/bounds.ts'
import type { GroupResult, Result } from '../speed/results.ts'

// On node:http: what a store adds to its client's one read, to what the layer adds in memory in the same run.
const mostAdded = 1.3
const stores = ['redis', 'ioredis', 'postgres', 'mysql', 'sqlite'].map((name) => `latchkey-${name}`)

// The share of the memory store's throughput that a near cache must reach.
const leastThroughput = 0.95
const nearCaches = ['redis', 'postgres'].map((name) => `latchkey-cached-${name}`)

export function storeBoundsOf(groups: readonly GroupResult[]): Bound[] {
  return groups
    .filter(({ framework }) => framework === 'node')
    .flatMap(({ framework, results }) => results.flatMap((result) => boundOf(framework, result, results)))
}

function boundOf(framework: string, result: Result, results: readonly Result[]): Bound[] {
  if (stores.includes(result.row.name))
    return shareBound(framework, result, { of: 'latchkey-memory', most: mostAdded }, results)
  if (!nearCaches.includes(result.row.name) || result.toFloor === null) return []
  const { median, low, high } = result.toFloor.ratio
  return [
    {
      what: `${framework}: ${result.row.label}, throughput to the memory store`,
      asked: `at least ${leastThroughput}`,
      measured: `${median.toFixed(2)} (${low.toFixed(2)}..${high.toFixed(2)})`,
      met: median >= leastThroughput,
    },
  ]
}
