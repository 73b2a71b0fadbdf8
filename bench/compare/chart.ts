import { barChart } from '../charts/bars.ts'
import type { Chart } from '../charts/svg.ts'
import type { Cost } from './cost.ts'

/** What a validation costs, for each way. */
export function compareChart(costs: readonly Cost[]): Chart {
  const svg = barChart(
    'Who is this request from?',
    'CPU of the process that asks, in microseconds a validation',
    [
      {
        label: '',
        bars: costs.map(({ name, isOurs, cpu: { median } }) => ({
          label: name,
          value: median,
          written: median.toFixed(1),
          tone: isOurs ? ('own' as const) : ('peer' as const),
        })),
      },
    ],
  )
  return { name: 'compare', svg }
}
