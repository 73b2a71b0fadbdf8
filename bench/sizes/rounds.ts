import type { Child } from '../speed/child.ts'
import type { Row } from '../speed/groups.ts'
import type { Load } from '../speed/load.ts'
import { type Plan, runRound } from '../speed/measure.ts'
import type { Pair } from '../speed/rounds.ts'

export interface Server {
  readonly child: Child
  readonly load: Load
}

/** Asks servers that are warm, each by its row's name, in rounds; the bare one is among them. */
export async function runRounds(
  rows: readonly Row[],
  servers: ReadonlyMap<string, Server>,
  plan: Plan,
  progress: (round: number) => void,
): Promise<ReadonlyMap<string, readonly Pair[]>> {
  const pairs = new Map<string, Pair[]>()
  for (let round = 0; round < plan.rounds; round++) {
    progress(round)
    for (const [name, pair] of await runRound(rows, round, plan.window, (name) => servers.get(name))) {
      pairs.set(name, [...(pairs.get(name) ?? []), pair])
    }
  }
  return pairs
}
