import type { Clockwork } from '../../src/gathering/gather.ts'

/** A clock that waiting moves, and nothing else. */
export function movedClock(): Clockwork & { pass(seconds: number): void } {
  let time = Date.parse('2026-11-29T12:00:00Z')
  return {
    now: () => time,
    wait: async (milliseconds) => {
      time += milliseconds
    },
    pass(seconds) {
      time += seconds * 1000
    },
  }
}
