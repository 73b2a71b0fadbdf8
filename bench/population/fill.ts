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
  const last = from + count
  await manyAtOnce(from, last, (n) => store.create(recordAt(n, lifetime, user)))
  for (let n = from; n < last; n += Math.ceil(count / readBack)) {
    assert.deepEqual(await store.read(sidAt(n)), recordAt(n, lifetime, user))
  }
}

/**
 * Reads each of the first sessions once, as those that are in use have been: what has never been read since it was
 * written may have left the caches of the server and of the machine.
 * @throws Error when one is missing
 */
export async function readAll(store: SessionStore, count: number): Promise<void> {
  await manyAtOnce(0, count, async (n) => {
    if ((await store.read(sidAt(n))) === null) throw new Error(`Session ${n} is missing.`)
  })
}

async function manyAtOnce(from: number, last: number, run: (n: number) => Promise<void>): Promise<void> {
  let next = from
  async function work(): Promise<void> {
    while (next < last) await run(next++)
  }
  await Promise.all(Array.from({ length: Math.min(underWay, last - from) }, work))
}
