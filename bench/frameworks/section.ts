import type { Context, Outcome } from '../section.ts'
import { boundsOf } from '../speed/bounds.ts'
import { groups } from '../speed/groups.ts'
import { measureGroups } from '../speed/measure.ts'
import { resultsOf } from '../speed/results.ts'
import { speedTable } from '../speed/table.ts'
import { measureBefore } from './before.ts'

/** The session layer itself, in memory and on SQLite, beside the memory stores of its peers on each framework. */
export async function frameworksSection({ plan, only, before, note }: Context): Promise<Outcome> {
  const chosen = groups.filter(({ framework }) => framework.includes(only))
  if (before !== undefined) return measureBefore(chosen, before, plan, note)
  const rounds = await measureGroups(chosen, plan, (round) => note(`round ${round + 1} of ${plan.rounds}`))
  const results = resultsOf(chosen, rounds)
  return { text: [speedTable(results)], bounds: boundsOf(results), data: results, charts: [] }
}
