import { setImmediate } from 'node:timers/promises'

export interface SweepSteps {
  /** Sids of rows that have ended, in any number up to {@link sweepPage}. Locks nothing. */
  find(limit: number): Promise<string[]>
  /** Removes those of them that have still ended and that nobody has locked; how many. */
  remove(sids: string[]): Promise<number>
}

export const sweepPage = 20_000

/**
 * Removes ended rows in short statements of `batch` rows. Looking for them passes rows of the same slot that have not
 * ended yet, so that is done for many batches at once. What another process has locked is left for the next time.
 */
export async function sweepInBatches({ find, remove }: SweepSteps, batch: number): Promise<number> {
  let removed = 0
  for (;;) {
    const sids = await find(sweepPage)
    let removedNow = 0
    for (let at = 0; at < sids.length; at += batch) {
      removedNow += await remove(sids.slice(at, at + batch))
      // Requests in this process get their turn.
      await setImmediate()
    }
    removed += removedNow
    // Nothing gone from a full page: others are at these rows.
    if (sids.length < sweepPage || removedNow === 0) return removed
  }
}
