import type { Outcome } from '../section.ts'
import type { Group, Row } from '../speed/groups.ts'
import { keyOf, measureGroups, type Plan } from '../speed/measure.ts'
import { type Spread, spreadOf } from '../speed/statistics.ts'
import { columns } from '../speed/table.ts'

// The CPU of a whole request may grow by this between two commits.
const most = 1.1

/**
 * Latchkey's rows beside the same rows of another checkout, in the same seconds: what a change costs.
 * @param checkout the folder of the other one, after `npm ci`
 */
export async function measureBefore(
  chosen: readonly Group[],
  checkout: string,
  plan: Plan,
  note: (text: string) => void,
): Promise<Outcome> {
  const groups = chosen.map(({ framework, rows }) => ({
    framework,
    rows: rows.filter(({ kind }) => kind === 'latchkey').flatMap((row) => beside(row, checkout)),
  }))
  const rounds = await measureGroups(groups, plan, (round) => note(`round ${round + 1} of ${plan.rounds}`))
  const results = groups.flatMap(({ framework, rows }) =>
    rows.flatMap(({ name, label, floor }) => {
      const pairs = rounds.get(keyOf(framework, name)) ?? []
      if (floor === undefined) return []
      return [
        {
          what: `${framework}, ${label}`,
          ratio: spreadOf(pairs.map(({ own, floor }) => own.cpu / (floor?.cpu ?? 0))),
        },
      ]
    }),
  )
  return {
    text: [tableOf(results)],
    bounds: results.map(({ what, ratio }) => ({
      what: `${what}: CPU of a request to that of the other checkout`,
      asked: `at most ${most}`,
      measured: textOf(ratio),
      met: ratio.median <= most,
    })),
    data: results,
    charts: [],
  }
}

function beside(row: Row, checkout: string): Row[] {
  const before: Row = {
    name: `before ${row.name}`,
    label: `${row.label}, before`,
    kind: row.kind,
    elsewhere: { checkout, name: row.name },
  }
  return [before, { ...row, floor: before.name }]
}

function tableOf(results: readonly { readonly what: string; readonly ratio: Spread }[]): string {
  return columns([
    ['GET /me, signed in', 'CPU to before', 'quartiles'],
    ...results.map(({ what, ratio }) => [what, ratio.median.toFixed(2), quartiles(ratio)]),
  ])
}

const quartiles = ({ low, high }: Spread) => `${low.toFixed(2)}..${high.toFixed(2)}`
const textOf = (ratio: Spread) => `${ratio.median.toFixed(2)} (${quartiles(ratio)})`
