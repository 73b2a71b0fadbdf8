import assert from 'node:assert/strict'
import type { SessionStore } from 'latchkey'
import { type Lifetime, recordAt, sidAt } from './population.ts'

/** Which sessions to store. */
export interface Filling extends Lifetime {
  readonly from: number
  readonly count: number
  /** All of one user; otherwise each session has a user of its own. */
  readonly user?: string
}

const underWay = 256
const readBack = 100

/**
 * Stores sessions by the store's own `create`, many at once, so that each record is what the store would write; reads
 * some of them back.
 * @throws AssertionError when one comes back different
 */
export async function fill(store: SessionStore, { from, count, user, ...lifetime }: Filling): Promise<void> {
  let next = from
  const last = from + count
  async function work(): Promise<void> {
    while (next < last) await store.create(recordAt(next++, lifetime, user))
  }
  await Promise.all(Array.from({ length: Math.min(underWay, count) }, work))
  for (let n = from; n < last; n += Math.ceil(count / readBack)) {
    assert.deepEqual(await store.read(sidAt(n)), recordAt(n, lifetime, user))
  }
}
