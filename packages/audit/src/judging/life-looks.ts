import type { SavedReplay } from '../evidence/authentication.ts'
import type { Gathered } from '../evidence/evidence.ts'
import type { Seen } from './moment.ts'
import { inSeconds } from './replays.ts'

/** What a look shows of evidence that was gathered. */
export function of<T>(gathered: Gathered<T>, look: (value: T) => readonly Seen[]): readonly Seen[] {
  return gathered.status === 'gathered' ? look(gathered.value) : []
}

export function at(exchange: number | undefined, moment: Omit<Seen, 'exchange'>): readonly Seen[] {
  return exchange === undefined ? [] : [{ exchange, ...moment }]
}

export function opens(what: string, { state, exchange }: SavedReplay['seen'], check: string): Seen {
  const bad = state === 'signed-in'
  return { lane: 'replay', exchange, what: `${what} opens ${bad ? 'the account' : 'nothing'}`, bad, check }
}

/** Of several alike the one that shows most: the first that is bad, else the last. */
export function worst(seen: readonly Seen[]): readonly Seen[] {
  return [seen.find(({ bad }) => bad) ?? seen.at(-1)].flatMap((one) => one ?? [])
}

/** Of each set that was replayed, when it was last alive; else that it was dead. */
export function last(replays: readonly SavedReplay[], what: string, check: string): readonly Seen[] {
  const sets = Map.groupBy(replays, ({ set }) => set.join('\n'))
  return [...sets.values()].flatMap((same) => {
    const alive = same.filter(({ seen }) => seen.state === 'signed-in')
    const one = alive.at(-1) ?? same.at(-1)
    if (one === undefined) return []
    const moment = opens(what, one.seen, check)
    const late = one.afterMs >= 100 && moment.bad ? ` ${inSeconds(one.afterMs)} later` : ''
    return [{ ...moment, what: moment.what + late }]
  })
}
