import type { Row } from './groups.ts'

/** One short run of one server. */
export interface Sample {
  readonly perSecond: number
  /** The server's own CPU time per request, in microseconds. */
  readonly cpu: number
}

/** A server beside its bare one, and beside its floor where it has one, in the same seconds. */
export interface Pair {
  readonly own: Sample
  readonly bare: Sample
  readonly floor?: Sample
}

export interface Step {
  readonly name: string
  readonly sample: Sample
}

/**
 * The order of one round: bare, one, bare, another, bare. Rows with a floor of their own stand together with it:
 * bare, floor, one, floor, another, floor, bare. Another order each round: nobody always follows the slowest.
 */
export function orderOf(rows: readonly Row[], round: number): string[] {
  const floors = new Set(rows.map(({ floor }) => floor))
  const blocks = new Map<string, Row[]>()
  for (const row of rows) {
    // A floor is asked beside its rows, and not once more on its own.
    if (row.floor === undefined && floors.has(row.name)) continue
    const block = row.floor ?? row.name
    blocks.set(block, [...(blocks.get(block) ?? []), row])
  }
  const runs = turned([...blocks.values()], round).map((block) => runOf(turned(block, round)))
  return ['bare', ...runs.flatMap((run) => [...run, 'bare'])]
}

function runOf(block: readonly Row[]): string[] {
  const floor = block[0]?.floor
  const names = block.map(({ name }) => name)
  return floor === undefined ? names : [floor, ...names.flatMap((name) => [name, floor])]
}

function turned<T>(items: readonly T[], round: number): T[] {
  const turn = round % Math.max(1, items.length)
  return [...items.slice(turn), ...items.slice(0, turn)]
}

/** What a round says of a row: its samples, each with the nearest bare and floor ones before and after it. */
export function pairOf(row: Row, steps: readonly Step[]): Pair {
  const own = steps.flatMap(({ name }, at) => (name === row.name ? [at] : []))
  const beside = (name: string) => meanOf(own.flatMap((at) => neighbours(steps, at, name)))
  return {
    own: meanOf(own.map((at) => steps[at]?.sample)),
    bare: beside('bare'),
    ...(row.floor !== undefined && { floor: beside(row.floor) }),
  }
}

function neighbours(steps: readonly Step[], at: number, name: string): (Sample | undefined)[] {
  const before = steps.slice(0, at).findLast((step) => step.name === name)
  const after = steps.slice(at + 1).find((step) => step.name === name)
  return [before?.sample, after?.sample]
}

/** @throws RangeError for no samples at all */
function meanOf(samples: readonly (Sample | undefined)[]): Sample {
  const present = samples.filter((sample) => sample !== undefined)
  if (present.length === 0) throw new RangeError('There are no samples.')
  const mean = (of: (sample: Sample) => number) =>
    present.reduce((sum, sample) => sum + of(sample), 0) / present.length
  return { perSecond: mean(({ perSecond }) => perSecond), cpu: mean(({ cpu }) => cpu) }
}
