import { setTimeout as wait } from 'node:timers/promises'

/** How long anything may take to get ready, in milliseconds. */
const DEADLINE = 20_000
const INTERVAL = 10

/** Asks again until it is so. Throws with `what` when it is not so within 20 seconds. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + DEADLINE
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`Not within ${DEADLINE} ms: ${what}`)
    await wait(INTERVAL)
  }
}
