import type { GroupResult, Result } from './results.ts'

/** What was asked of Latchkey, and what was measured. */
export interface Bound {
  readonly what: string
  readonly asked: string
  readonly measured: string
  readonly met: boolean
}

// CPU microseconds per request, and the share of the throughput, that a signed-in request may cost.
const mostAdded = { 'latchkey-memory': 5, 'latchkey-sqlite': 20 } as const
const leastRatio = 0.9

/** On node:http against the bare server; elsewhere beyond what the framework charges for reading one header. */
export function boundsOf(groups: readonly GroupResult[]): Bound[] {
  return groups.flatMap(({ results }) => results.flatMap(boundsOfResult))
}

function boundsOfResult({ framework, row, ...result }: Result): Bound[] {
  if (row.kind !== 'latchkey-memory' && row.kind !== 'latchkey-sqlite') return []
  const overBare = framework === 'node'
  const reference = overBare ? 'bare' : 'the floor'
  const { added, ratio } = overBare ? result : (result.toFloor ?? result)
  const most = mostAdded[row.kind]
  const cpu: Bound = {
    what: `${framework}: ${row.label}, CPU added over ${reference}`,
    asked: `at most ${most} µs`,
    measured: `${added.median.toFixed(1)} µs`,
    met: added.median <= most,
  }
  if (row.kind === 'latchkey-sqlite') return [cpu]
  const throughput: Bound = {
    what: `${framework}: ${row.label}, throughput to ${reference}`,
    asked: `at least ${leastRatio}`,
    measured: ratio.median.toFixed(2),
    met: ratio.median >= leastRatio,
  }
  return [cpu, throughput]
}
