import { startBackends } from '../backends/servers.ts'
import type { Context, Outcome } from '../section.ts'
import type { Group } from '../speed/groups.ts'
import { measureGroups } from '../speed/measure.ts'
import { resultsOf } from '../speed/results.ts'
import { storeBoundsOf } from './bounds.ts'
import { storesChart } from './chart.ts'
import { jwtGroup, notes, storeGroups } from './groups.ts'
import { chosenOf } from './rows.ts'
import { storeTable } from './table.ts'

/** Latchkey's stores beside their floors and beside the peers that keep sessions outside the process. */
export async function storesSection(context: Context): Promise<Outcome> {
  const { only, rows } = context
  const groups = storeGroups.filter(({ framework }) => framework.includes(only))
  return measured(chosenOf(groups, rows), context)
}

/** JSON Web Tokens, with and without a blocklist, beside sessions. */
export async function jwtSection(context: Context): Promise<Outcome> {
  const outcome = await measured(chosenOf([jwtGroup], context.rows), context)
  // What is asked of the stores is asked once.
  return { ...outcome, bounds: [], charts: [] }
}

async function measured(groups: readonly Group[], { plan, note }: Context): Promise<Outcome> {
  const backends = await startBackends(['redis', 'postgres', 'mysql'])
  try {
    const progress = (round: number) => note(`round ${round + 1} of ${plan.rounds}`)
    // Some libraries choose other settings, or say less, outside of production.
    const environment = { ...backends.environment, NODE_ENV: 'production' }
    const results = resultsOf(groups, await measureGroups(groups, plan, progress, environment))
    return {
      text: [backends.description.join('\n'), storeTable(results), notes.join('\n')],
      bounds: storeBoundsOf(results),
      data: results,
      charts: [storesChart(results)],
    }
  } finally {
    await backends.stop()
  }
}
