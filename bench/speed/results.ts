import type { Group, Row } from './groups.ts'
import { keyOf, type Pair, type Rounds } from './measure.ts'
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
  /** The same two beyond the floor, "bare, reads one header", of the same round. */
  readonly ratioToFloor: number
  readonly addedToFloor: number
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

function resultOf(framework: string, row: Row, pairs: readonly Pair[], floors: readonly Pair[]): Result {
  const beyondFloor = pairs.flatMap((pair, round) => {
    const floor = floors[round]
    return floor ? [{ added: addedOf(pair) - addedOf(floor), ratio: ratioOf(pair) / ratioOf(floor) }] : []
  })
  return {
    framework,
    row,
    perSecond: spreadOf(pairs.map(({ own }) => own.perSecond)).median,
    ratio: spreadOf(pairs.map(ratioOf)),
    added: spreadOf(pairs.map(addedOf)),
    ratioToFloor: spreadOf(beyondFloor.map(({ ratio }) => ratio)).median,
    addedToFloor: spreadOf(beyondFloor.map(({ added }) => added)).median,
  }
}

const addedOf = ({ own, bare }: Pair) => own.cpu - bare.cpu
const ratioOf = ({ own, bare }: Pair) => own.perSecond / bare.perSecond
