import type { Window } from './findings.ts'
import type { Answer } from './http.ts'

/** Answers that a strike caught on their way are confirmed a moment after it. */
const IN_FLIGHT = 500

/** When what was wrong with the store, on performance.now's clock, and what that excuses. */
export class Timeline {
  readonly #maxStale: number
  readonly #window: Window | undefined
  #strikeBegan = Number.POSITIVE_INFINITY
  #strikeEnded = Number.POSITIVE_INFINITY
  #silentFrom = Number.POSITIVE_INFINITY
  #healBegan = Number.POSITIVE_INFINITY
  #recovered = Number.POSITIVE_INFINITY

  constructor(maxStale: number, window: Window | undefined) {
    this.#maxStale = maxStale
    this.#window = window
  }

  strikeBegins(): void {
    this.#strikeBegan = performance.now()
  }

  /** @param isSilent true when from now on the store answers nobody */
  strikeEnds(isSilent: boolean): void {
    this.#strikeEnded = performance.now()
    if (isSilent) this.#silentFrom = this.#strikeEnded
  }

  healBegins(): void {
    this.#healBegan = performance.now()
  }

  recovered(): void {
    this.#recovered = performance.now()
  }

  get strikeEnded(): number {
    return this.#strikeEnded
  }

  get healBegan(): number {
    return this.#healBegan
  }

  /** Whether a request was sent while all was well, so that only a busy machine explains a refusal. */
  isAtRest(sentAt: number): boolean {
    // A request that was under way when the fault struck was sent before it: no longer ago than any may take.
    return sentAt < this.#strikeBegan - IN_FLIGHT || sentAt > this.#recovered
  }

  /** Whether what was confirmed at that moment may be lost, by the documented window. */
  isInWindow(confirmedAt: number): boolean {
    const { ms = Number.NaN } = this.#window ?? {}
    return confirmedAt >= this.#strikeBegan - ms && confirmedAt <= this.#strikeEnded + IN_FLIGHT
  }

  /** The same of an ending. One that was never confirmed, only seen, is promised nothing. */
  mayReturn(endedAt: number, isConfirmed: boolean): boolean {
    return this.isInWindow(endedAt) && !(isConfirmed && this.#window?.endingsHold)
  }

  /** Whether a cache may still have answered from before that moment. */
  isStale(moment: number, { sentAt }: Answer): boolean {
    return sentAt - moment < this.#maxStale
  }

  /** Whether nothing that could be asked has answered: sent and answered while the store was silent. */
  isUnasked({ sentAt, answeredAt }: Answer): boolean {
    return sentAt >= this.#silentFrom + this.#maxStale && answeredAt < this.#healBegan
  }
}
