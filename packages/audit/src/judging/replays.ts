import type { SavedReplay } from '../evidence/authentication.ts'
import { listed } from './verdicts.ts'

/** A carrier set that still signed in after it should have been dead. */
export interface Outlived {
  /** "a and b" */
  readonly names: string
  /** When it was last seen alive, and when it no longer was; null when it never died. */
  readonly aliveMs: number
  readonly goneMs: number | null
  readonly exchanges: readonly number[]
}

/** The sets that outlived what should have ended them, each once. */
export function outlived(replays: readonly SavedReplay[]): Outlived[] {
  const sets = Map.groupBy(replays, ({ set }) => set.join('\n'))
  return [...sets.values()].flatMap((same) => {
    const inOrder = same.toSorted((a, b) => a.afterMs - b.afterMs)
    const alive = inOrder.filter(({ seen }) => seen.state === 'signed-in')
    const last = alive.at(-1)
    if (last === undefined) return []
    const gone = inOrder.find(({ afterMs, seen }) => afterMs > last.afterMs && seen.state === 'anonymous')
    const exchanges = alive.map(({ seen }) => seen.exchange)
    return [{ names: listed(last.set), aliveMs: last.afterMs, goneMs: gone?.afterMs ?? null, exchanges }]
  })
}

/** Why these replays allow no verdict; null when each was clearly anonymous. */
export function undecided(replays: readonly SavedReplay[]): string | null {
  if (replays.length === 0) return 'nothing that was saved could be sent again'
  const unclear = replays.find(({ seen }) => seen.state !== 'anonymous')
  if (unclear === undefined) return null
  return `replaying ${listed(unclear.set)} gave an answer that is neither signed-in nor anonymous`
}

export function exchangesOf(replays: readonly SavedReplay[]): number[] {
  return replays.map(({ seen }) => seen.exchange)
}

export function inSeconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`
}
