/** How long announcements took, in milliseconds. */
export interface Lag {
  readonly last: number
  readonly median: number
  readonly p99: number
  readonly max: number
  /** Heartbeats that these figures are of. */
  readonly count: number
}

const kept = 1000

/** The last heartbeats' times. */
export function createLag(): { add(ms: number): void; summary(): Lag | null } {
  const times: number[] = []
  return {
    add(ms) {
      times.push(ms)
      if (times.length > kept) times.shift()
    },
    summary() {
      const last = times.at(-1)
      if (last === undefined) return null
      const sorted = [...times].sort((a, b) => a - b)
      const at = (share: number) =>
        sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? last
      return { last, median: at(0.5), p99: at(0.99), max: at(1), count: sorted.length }
    },
  }
}
