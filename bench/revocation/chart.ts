import { barChart } from '../charts/bars.ts'
import type { Chart } from '../charts/svg.ts'
import type { Tail } from '../speed/statistics.ts'

/** How late a revocation is seen by another process, for each way that announcements take. */
export function revocationChart(
  results: readonly { readonly label: string; readonly fromStart: Tail }[],
): Chart {
  const svg = barChart(
    'A revocation is seen by another, busy process',
    'Milliseconds from the call to the first refusal',
    results.map(({ label, fromStart: { p50, p99, max } }) => ({
      label,
      bars: Object.entries({ median: p50, '99 of 100': p99, 'the latest': max }).map(
        ([name, milliseconds]) => ({
          label: name,
          value: milliseconds,
          written: `${milliseconds.toFixed(1)} ms`,
          tone: 'own' as const,
        }),
      ),
    })),
  )
  return { name: 'bench-revocation', svg }
}
