/** Lets one at a time have its turn, for each key: requests of one session that read, change and write the same value. */
export interface Turns {
  /** @param run told whether somebody else had a turn before, so that what it read may be out of date */
  take<T>(key: string, run: (hasWaited: boolean) => Promise<T>): Promise<T>
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>()
  return {
    take(key, run) {
      const before = last.get(key)
      const result = before ? before.then(() => run(true)) : run(false)
      const settled = result.catch(() => undefined)
      last.set(key, settled)
      void settled.then(() => {
        if (last.get(key) === settled) last.delete(key)
      })
      return result
    },
  }
}
