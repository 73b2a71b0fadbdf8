/**
 * Counts the time in which this process ran. While it was stopped (a suspended machine, SIGSTOP, a long garbage
 * collection, synchronous work) answers arrived that nobody could take, so that time must count for nobody's deadline.
 */
export interface Waking {
  /**
   * The process runs: told at least every `interval` milliseconds while time is counted.
   * @returns true when it did not run for a while before this
   */
  runs(now: number): boolean
  /** Milliseconds between two times of `performance.now` in which the process ran. */
  between(since: number, now: number): number
  /** Nobody counts for now: what passes until the next `runs` is no pause. */
  rest(): void
}

interface Pause {
  readonly endedAt: number
  readonly length: number
}

/**
 * @param interval milliseconds after which silence is a pause
 * @param remembered milliseconds for which pauses are remembered; nothing longer is measured
 */
export function createWaking(interval: number, remembered: number): Waking {
  let pauses: Pause[] = []
  let ranAt: number | null = null

  return {
    runs(now) {
      const length = ranAt === null ? 0 : now - ranAt - interval
      ranAt = now
      if (length <= 0) return false
      pauses = [...pauses.filter(({ endedAt }) => now - endedAt < remembered), { endedAt: now, length }]
      return true
    },
    between(since, now) {
      let paused = 0
      // What began in the middle of a pause lost only the rest of it.
      for (const { endedAt, length } of pauses) paused += Math.max(0, Math.min(length, endedAt - since))
      return now - since - paused
    },
    rest() {
      ranAt = null
    },
  }
}
