import { barChart } from '../charts/bars.ts'
import { lineChart } from '../charts/lines.ts'
import type { Chart } from '../charts/svg.ts'
import { count } from '../speed/table.ts'
import { largestOf, type SizeSummary } from './summary.ts'

/** Throughput of each store against the number of its sessions. */
export function sizesChart(summaries: readonly SizeSummary[]): Chart {
  const reads = summaries.filter(({ isTouching }) => !isTouching)
  const labels = [...new Set(reads.map(({ label }) => label))]
  const sizes = [...new Set(reads.map(({ sessions }) => sessions))]
  const svg = lineChart(
    'Throughput against the number of live sessions',
    'GET /me of random sessions, as a share of bare node:http in the same run',
    sizes.map((sessions) => ({ x: sessions, written: count(sessions) })),
    labels.map((label) => ({
      label,
      points: reads
        .filter((each) => each.label === label)
        .map(({ sessions, ratioToBare }) => ({ x: sessions, y: ratioToBare })),
    })),
  )
  return { name: 'bench-sizes', svg }
}

export function bytesChart(summaries: readonly SizeSummary[]): Chart {
  const bars = largestOf(summaries).map(({ label, sessions, bytesPerSession }) => ({
    label: `${label}, ${count(sessions)} sessions`,
    value: bytesPerSession,
    written: count(bytesPerSession),
    tone: 'own' as const,
  }))
  const svg = barChart('Bytes that a session takes', 'With 295 bytes of JSON in it, all indexes included', [
    { label: '', bars },
  ])
  return { name: 'bench-bytes', svg }
}
