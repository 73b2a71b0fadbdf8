/** What ends with a test: a `TestContext` is one. */
export interface Ending {
  after(cleanUp: () => Promise<void>): void
}

/** Cleans up when it is told to, last first. */
export function endingWhenTold(): Ending & { end(): Promise<void> } {
  const cleanUps: (() => Promise<void>)[] = []
  return {
    after(cleanUp) {
      cleanUps.push(cleanUp)
    },
    async end() {
      for (const cleanUp of cleanUps.reverse()) await cleanUp()
    },
  }
}
