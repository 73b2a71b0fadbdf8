/** Work that is done a few at a time, in the order in which it was asked for. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>

/** @param atOnce how many may be under way */
export function createTurns(atOnce: number): Turns {
  const waiting: (() => void)[] = []
  let underWay = 0

  return async (work) => {
    if (underWay < atOnce) underWay++
    // Whoever is done hands its place over, so that nobody comes in between.
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else underWay--
    }
  }
}

/**
 * Half of the threads that Node does its slow work on (`UV_THREADPOOL_SIZE`, 4 unless set): the rest stays for files and
 * for names in the DNS, which wait for the same threads, and with them every connection that is made anew.
 */
export function halfOfThreads(size: string | undefined): number {
  // As libuv reads it: what is no number is one thread, and 1024 are the most.
  const threads = size === undefined ? 4 : Math.min(Math.max(Number.parseInt(size, 10) || 1, 1), 1024)
  return Math.max(1, Math.floor(threads / 2))
}
