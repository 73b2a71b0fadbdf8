import { type FakeClock, fakeClock } from '../../clock.ts'
import { processes } from '../settings.ts'

/** The time that passes, and what the clock of each process makes of it. */
export class Clocks {
  readonly time: FakeClock
  #apart: number[] = []

  constructor(start: number) {
    this.time = fakeClock(start)
    this.agree()
  }

  of(process: number): number {
    return this.time.now() + (this.#apart[process] ?? 0)
  }

  /** What all of them say: one time where they agree. */
  readings(): readonly number[] {
    return [...new Set(this.#apart)].map((by) => this.time.now() + by)
  }

  step(process: number, by: number): void {
    this.#apart[process] = by
  }

  agree(): void {
    this.#apart = Array.from({ length: processes }, () => 0)
  }
}
