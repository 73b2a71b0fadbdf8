import { type Cost, NOTHING, plus } from './measure.ts'

/** The mean of several audits, step by step. */
export type Costs = ReadonlyMap<string, Cost>

export function meanOf(runs: readonly Costs[]): Costs {
  const steps = [...new Set(runs.flatMap((run) => [...run.keys()]))]
  return new Map(
    steps.map((step) => {
      const sum = runs.map((run) => run.get(step) ?? NOTHING).reduce(plus, NOTHING)
      const part = (what: keyof Cost) => sum[what] / runs.length
      const cost = {
        requests: part('requests'),
        logins: part('logins'),
        milliseconds: part('milliseconds'),
        waited: part('waited'),
      }
      return [step, cost] as const
    }),
  )
}

export function totalOf(costs: Costs): Cost {
  return [...costs.values()].reduce(plus, NOTHING)
}

const WIDTHS = [9, 7, 8, 8] as const

/** A line for each step and one for all; beside it those of an earlier build, and what is left of them. */
export function costTable(now: Costs, before: Costs | null): string {
  const steps = [...new Set([...(before?.keys() ?? []), ...now.keys()])]
  const width = Math.max(...steps.map(({ length }) => length))
  const titles = cells(['requests', 'logins', 'ms', 'waited'])
  const rows = steps.map((step) =>
    line(step, width, now.get(step), before?.get(step) ?? (before ? undefined : null)),
  )
  const total = line('all', width, totalOf(now), before && totalOf(before))
  const heads = before ? `${titles}   ${titles}  (right: before)` : titles
  return [
    `${'step'.padEnd(width)}${heads}`,
    ...rows,
    total,
    ...(before ? [ratios(totalOf(now), totalOf(before))] : []),
  ].join('\n')
}

function ratios(now: Cost, before: Cost): string {
  const of = (what: keyof Cost) => (now[what] / before[what]).toFixed(2)
  return `of before: requests ${of('requests')}, logins ${of('logins')}, time ${of('milliseconds')}`
}

function line(step: string, width: number, now: Cost | undefined, before: Cost | null | undefined): string {
  const beside = before === null ? '' : `   ${figures(before)}`
  return `${step.padEnd(width)}${figures(now)}${beside}`
}

function figures(cost: Cost | undefined): string {
  if (cost === undefined) return cells(['', '', '', ''])
  const { requests, logins, milliseconds, waited } = cost
  return cells([requests.toFixed(1), logins.toFixed(1), milliseconds.toFixed(0), waited.toFixed(0)])
}

function cells(texts: readonly string[]): string {
  return texts.map((text, at) => text.padStart(WIDTHS[at] ?? 0)).join('')
}
