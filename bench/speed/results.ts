import type { Group, Row } from './groups.ts'
import { keyOf, type Rounds } from './measure.ts'
import type { Pair, Sample } from './rounds.ts'
import { type Spread, spreadOf } from './statistics.ts'

/** What the rounds say of one server, beside its bare one. */
export interface Result {
  readonly framework: string
  readonly row: Row
  readonly perSecond: number
  /** Requests per second as a ratio to bare. */
  readonly ratio: Spread
  /** CPU microseconds per request, beyond bare. */
  readonly added: Spread
  /** The same two beyond the row's own floor, or else beyond "bare, reads one header"; null where there is neither. */
  readonly toFloor: { readonly ratio: Spread; readonly added: Spread } | null
}

export interface GroupResult {
  readonly framework: string
  readonly bare: { readonly perSecond: number; readonly cpu: number }
  readonly results: readonly Result[]
}

export function resultsOf(groups: readonly Group[], rounds: Rounds): GroupResult[] {
  return groups.map(({ framework, rows }) => {
    const pairsOf = (name: string) => rounds.get(keyOf(framework, name)) ?? []
    const floors = pairsOf('header')
    const bares = rows.flatMap(({ name }) => pairsOf(name)).map(({ bare }) => bare)
    return {
      framework,
      bare: {
        perSecond: spreadOf(bares.map(({ perSecond }) => perSecond)).median,
        cpu: spreadOf(bares.map(({ cpu }) => cpu)).median,
      },
      results: rows.map((row) => resultOf(framework, row, pairsOf(row.name), floors)),
    }
  })
}

function resultOf(framework: string, row: Row, pairs: readonly Pair[], headers: readonly Pair[]): Result {
  const beyondFloor = pairs.flatMap((pair, round) => {
    if (pair.floor) return [beyond(pair.own, pair.floor)]
    const header = headers[round]
    return header ? [{ added: addedOf(pair) - addedOf(header), ratio: ratioOf(pair) / ratioOf(header) }] : []
  })
  return {
    framework,
    row,
    perSecond: spreadOf(pairs.map(({ own }) => own.perSecond)).median,
    ratio: spreadOf(pairs.map(ratioOf)),
    added: spreadOf(pairs.map(addedOf)),
    toFloor:
      beyondFloor.length === 0
        ? null
        : {
            ratio: spreadOf(beyondFloor.map(({ ratio }) => ratio)),
            added: spreadOf(beyondFloor.map(({ added }) => added)),
          },
  }
}

const beyond = (own: Sample, floor: Sample) => ({
  added: own.cpu - floor.cpu,
  ratio: own.perSecond / floor.perSecond,
})
const addedOf = ({ own, bare }: Pair) => beyond(own, bare).added
const ratioOf = ({ own, bare }: Pair) => beyond(own, bare).ratio
