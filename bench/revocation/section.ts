import { startBackends } from '../backends/servers.ts'
import type { Context, Outcome } from '../section.ts'
import type { Bound } from '../speed/bounds.ts'
import { type Tail, tailOf } from '../speed/statistics.ts'
import { columns } from '../speed/table.ts'
import { revocationChart } from './chart.ts'
import { measureRevocations } from './measure.ts'

const stores = [
  { name: 'cached-redis', label: 'near cache, Redis (node-redis)' },
  { name: 'cached-ioredis', label: 'near cache, Redis (ioredis)' },
  { name: 'cached-postgres', label: 'near cache, PostgreSQL' },
] as const

const mostMilliseconds = 20

interface Lateness {
  readonly label: string
  readonly count: number
  /** From the moment when the revoking process was told that it is done. */
  readonly fromEnd: Tail
  /** From the call. */
  readonly fromStart: Tail
  /** Requests per second that the refusing process answered meanwhile. */
  readonly perSecond: number
}

/** How soon a busy process with a near cache refuses what another process has revoked. */
export async function revocationSection({ quick, store, note }: Context): Promise<Outcome> {
  const count = quick ? 200 : 2000
  const backends = await startBackends(['redis', 'postgres'])
  try {
    const results: Lateness[] = []
    for (const { name, label } of stores.filter(({ name }) => name.includes(store))) {
      const progress = (done: number) => note(`${label}: ${done} of ${count}`)
      const { revocations, perSecond } = await measureRevocations(name, count, backends.environment, progress)
      const tail = (since: 'start' | 'end') =>
        tailOf(revocations.map((revocation) => revocation.refusedAt - revocation[since]))
      results.push({ label, count, fromEnd: tail('end'), fromStart: tail('start'), perSecond })
    }
    return {
      text: [backends.description.join('\n'), table(results)],
      bounds: results.map(boundOf),
      data: results,
      charts: [revocationChart(results)],
    }
  } finally {
    await backends.stop()
  }
}

function table(results: readonly Lateness[]): string {
  const milliseconds = ({ p50, p99, max }: Tail) => [p50, p99, max].map((value) => value.toFixed(2))
  const head = ['a revocation is seen by another process', 'ms after it is done: p50', 'p99', 'max']
  return columns([
    [...head, 'after the call: p50', 'p99', 'max', 'revocations', 'req/s meanwhile'],
    ...results.map(({ label, count, fromEnd, fromStart, perSecond }) => [
      ...[label, ...milliseconds(fromEnd), ...milliseconds(fromStart)],
      ...[String(count), Math.round(perSecond).toLocaleString('en-GB')],
    ]),
  ])
}

function boundOf({ label, fromEnd }: Lateness): Bound {
  return {
    what: `revocation seen by another process, ${label}, p99`,
    asked: `under ${mostMilliseconds} ms`,
    measured: `${fromEnd.p99.toFixed(2)} ms`,
    met: fromEnd.p99 < mostMilliseconds,
  }
}
