import type { GroupResult, Result } from './results.ts'

/** What was asked of Latchkey, and what was measured. */
export interface Bound {
  readonly what: string
  readonly asked: string
  readonly measured: string
  readonly met: boolean
}

/** A row of the same group, and the most of its CPU that another may take. */
export interface Share {
  readonly of: string
  readonly most: number
}

// Ratios of one run, since microseconds are those of a processor: CPU beyond what the framework charges for reading
// one header. node:http has no peer: there it is the least code that a session can be.
const shares: Readonly<Record<string, Share>> = {
  node: { of: 'least-code', most: 1.5 },
  express: { of: 'express-session', most: 0.15 },
  fastify: { of: 'fastify-session-not-rolling', most: 0.2 },
  koa: { of: 'koa-session', most: 0.07 },
  h3: { of: 'h3-session', most: 0.2 },
  hono: { of: 'hono-sessions', most: 0.1 },
}

/** The most that an adapter may add of what the one for node:http does, each beyond its framework's floor. */
const mostOfNode = 1.5

export function boundsOf(groups: readonly GroupResult[]): Bound[] {
  const onNode = ownRow(groups.find(({ framework }) => framework === 'node'))
  return groups.flatMap((group) => {
    const { framework, results } = group
    const own = ownRow(group)
    if (!own) return []
    const share = shares[framework]
    return [
      ...(share ? shareBound(framework, own, share, results) : []),
      ...(onNode && own !== onNode ? adapterBound(framework, own, onNode) : []),
    ]
  })
}

const ownRow = (group: GroupResult | undefined) =>
  group?.results.find(({ row }) => row.name === 'latchkey-memory')

function adapterBound(framework: string, { toFloor }: Result, onNode: Result): Bound[] {
  if (!toFloor || !onNode.toFloor) return []
  const [added, least] = [toFloor.added.median, onNode.toFloor.added.median]
  return [
    {
      what: `${framework}: the adapter, CPU beyond the floor, to node:http's`,
      asked: `at most ${mostOfNode}`,
      measured: `${(added / least).toFixed(2)} (${written(added)} of ${written(least)})`,
      met: least > 0 && added <= mostOfNode * least,
    },
  ]
}

/** CPU beyond the floor as a share of another row's; none where that row was not measured. */
export function shareBound(
  framework: string,
  { row, toFloor }: Result,
  { of, most }: Share,
  results: readonly Result[],
): Bound[] {
  const other = results.find(({ row: { name } }) => name === of)
  if (!toFloor || !other?.toFloor) return []
  const share = toFloor.added.median / other.toFloor.added.median
  return [
    {
      what: `${framework}: ${row.label}, CPU beyond the floor, to ${other.row.label}`,
      asked: `at most ${most}`,
      measured: `${share.toFixed(2)} (${written(toFloor.added.median)} of ${written(other.toFloor.added.median)})`,
      // Where the other adds nothing that can be measured, a share of it says nothing.
      met: other.toFloor.added.median > 0 && share <= most,
    },
  ]
}

const written = (microseconds: number) => `${microseconds.toFixed(1)} µs`
