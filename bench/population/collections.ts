import { PerformanceObserver } from 'node:perf_hooks'
import type { SessionStore } from 'latchkey'
import { type Lifetime, recordAt, sidAt } from './population.ts'

/** Which sessions end, and come anew. */
export interface Replacing extends Lifetime {
  readonly from: number
  readonly count: number
}

// So many come between two turns of the event loop.
const turn = 500

/**
 * Ends sessions and stores them anew, as sign-outs and sign-ins do, then has everything collected.
 * @returns how long the longest garbage collection stopped the process, in milliseconds
 */
export async function longestCollection(
  store: SessionStore,
  { from, count, ...lifetime }: Replacing,
): Promise<number> {
  const stops: number[] = []
  const observer = new PerformanceObserver((list) => {
    stops.push(...list.getEntries().map(({ duration }) => duration))
  })
  observer.observe({ entryTypes: ['gc'] })
  for (let n = from; n < from + count; n++) {
    await store.delete(sidAt(n))
    await store.create(recordAt(n, lifetime))
    if (n % turn === 0) await nextTurn()
  }
  globalThis.gc?.()
  // What was observed is told in a turn of its own.
  for (let turns = 0; turns < 3; turns++) await nextTurn()
  observer.disconnect()
  return Math.max(...stops)
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))
