import { type BarGroup, barChart } from '../charts/bars.ts'
import type { Chart, Tone } from '../charts/svg.ts'
import type { Row } from '../speed/groups.ts'
import type { GroupResult } from '../speed/results.ts'

const frameworkNames: Readonly<Record<string, string>> = {
  node: 'node:http',
  express: 'Express',
  fastify: 'Fastify',
  koa: 'Koa',
  hono: 'Hono',
}

/** Each store's throughput as a share of its bare framework's, beside floors and peers. */
export function storesChart(groups: readonly GroupResult[]): Chart {
  const svg = barChart(
    'GET /me with a live session: throughput',
    'As a share of the bare framework’s. Grey: the same handler, doing one GET or one SELECT.',
    groups.map(
      ({ framework, results }): BarGroup => ({
        label: frameworkNames[framework] ?? framework,
        bars: results.map(({ row, ratio }) => ({
          label: row.label,
          value: ratio.median,
          written: ratio.median.toFixed(2),
          tone: toneOf(row),
        })),
      }),
    ),
  )
  return { name: 'bench-stores', svg }
}

function toneOf({ kind }: Row): Tone {
  return kind === 'floor' ? 'floor' : kind === 'peer' ? 'peer' : 'own'
}
