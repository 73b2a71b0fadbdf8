import type { Context, Outcome } from '../section.ts'
import type { Bound } from '../speed/bounds.ts'
import { spreadOf } from '../speed/statistics.ts'
import { columns, count } from '../speed/table.ts'
import { bytesChart, sizesChart } from './charts.ts'
import { measureForms } from './forms.ts'
import { formBounds, formsTable } from './forms-table.ts'
import { measureSizes, type SizeResult } from './measure.ts'
import { type MeasuredStore, measuredStores } from './stores.ts'
import { largestOf, type SizeSummary } from './summary.ts'

const leastRatio = 0.9

/** The same requests against stores with a thousand, a hundred thousand and a million live sessions, and more. */
export async function sizesSection({ plan, quick, store, tenMillion, note }: Context): Promise<Outcome> {
  const counts = quick ? [1000, 100_000] : [1000, 100_000, 1_000_000]
  const description = new Set<string>()
  const summaries: SizeSummary[] = []
  for (const each of measuredStores.filter(({ name }) => name.includes(store))) {
    const all = tenMillion && each.name === 'redis' ? [...counts, 10_000_000] : counts
    const measured = await measureSizes(each, all, plan, note)
    for (const line of measured.description) description.add(line)
    summaries.push(...measured.results.map((result) => summaryOf(each, result)))
  }
  const forms = 'memory'.includes(store) ? await measureForms(counts, plan, note) : []
  return {
    text: [
      [...description].join('\n'),
      table(summaries),
      bytesTable(summaries),
      forms.length > 0 ? formsTable(forms) : '',
    ],
    bounds: [...summaries.flatMap(boundOf), ...formBounds(forms)],
    data: { stores: summaries, forms },
    charts: [sizesChart(summaries), bytesChart(summaries)],
  }
}

function summaryOf({ label }: MeasuredStore, { pairs, ...size }: SizeResult): SizeSummary {
  const ratios = pairs.flatMap(({ own, floor }) => (floor ? [own.perSecond / floor.perSecond] : []))
  return {
    label,
    ...size,
    perSecond: spreadOf(pairs.map(({ own }) => own.perSecond)).median,
    cpu: spreadOf(pairs.map(({ own }) => own.cpu)).median,
    ratioToBare: spreadOf(pairs.map(({ own, bare }) => own.perSecond / bare.perSecond)).median,
    ratioToSmallest: ratios.length > 0 ? spreadOf(ratios) : null,
  }
}

function table(summaries: readonly SizeSummary[]): string {
  const head = [
    'GET /me of random sessions',
    'sessions',
    'req/s',
    'CPU µs',
    'to bare',
    'to smallest',
    'quartiles',
  ]
  const lines = summaries.map(
    ({ label, sessions, isTouching, perSecond, cpu, ratioToBare, ratioToSmallest }) => [
      `latchkey ${label}${isTouching ? ', each request writes lastSeenAt' : ''}`,
      count(sessions),
      count(perSecond),
      cpu.toFixed(1),
      ratioToBare.toFixed(2),
      ratioToSmallest?.median.toFixed(2) ?? '',
      ratioToSmallest ? `${ratioToSmallest.low.toFixed(2)}..${ratioToSmallest.high.toFixed(2)}` : '',
    ],
  )
  return columns([head, ...lines])
}

function bytesTable(summaries: readonly SizeSummary[]): string {
  const lines = largestOf(summaries).map(({ label, sessions, bytesPerSession }) => [
    `latchkey ${label}`,
    count(sessions),
    count(bytesPerSession),
  ])
  return columns([['a session of 295 B takes', 'sessions', 'bytes per session'], ...lines])
}

function boundOf({ label, sessions, ratioToSmallest }: SizeSummary): Bound[] {
  if (ratioToSmallest === null) return []
  const { median, low, high } = ratioToSmallest
  return [
    {
      what: `${label} with ${count(sessions)} sessions, throughput to its smallest size`,
      asked: `at least ${leastRatio}`,
      measured: `${median.toFixed(2)} (${low.toFixed(2)}..${high.toFixed(2)})`,
      met: median >= leastRatio,
    },
  ]
}
