import { until } from '../servers/until.ts'
import type { Answer } from './http.ts'

/** How many answers in a row without a refusal mean that a browser can work again. */
const STREAK = 20

interface Browsing {
  refused: number
  /** In all. */
  answered: number
  /** When the present row of successes began; null after a refusal. */
  since: number | null
  streak: number
}

export interface Figures {
  readonly sent: number
  readonly refused: number
  /** Milliseconds of the slowest answer, and what was asked. */
  readonly longestWait: number
  readonly slowest: string
}

/** Counts what the browsers see, and when they work again. */
export class Meter {
  #sent = 0
  #refused = 0
  #longestWait = 0
  #slowest = ''
  readonly #browsers: Browsing[]

  constructor(browsers: number) {
    this.#browsers = Array.from({ length: browsers }, fresh)
  }

  /** @param isHeld true for a request that the harness itself held open */
  answered(browser: number, answer: Answer, { isHeld = false } = {}): void {
    const { status, sentAt, answeredAt, path } = answer
    this.#sent++
    if (!isHeld && answeredAt - sentAt > this.#longestWait) {
      this.#longestWait = answeredAt - sentAt
      this.#slowest = path
    }
    const isRefused = status === 503
    if (isRefused) this.#refused++
    const own = this.#browsers[browser]
    if (!own) return
    own.answered++
    if (isRefused) {
      own.refused++
      own.streak = 0
      own.since = null
    } else {
      own.streak++
      own.since ??= answeredAt
    }
  }

  /** From here on refusals and successes are counted anew: a fault struck, or was healed. */
  restart(): void {
    for (const browser of this.#browsers) Object.assign(browser, { ...fresh(), answered: browser.answered })
  }

  /** Whether each browser was refused so often since the restart. */
  allRefused(times: number): boolean {
    return this.#browsers.every(({ refused }) => refused >= times)
  }

  /** Resolves when each browser was answered so often from now on, in whatever way. */
  async untilAllAnswered(times: number): Promise<void> {
    const before = this.#browsers.map(({ answered }) => answered)
    await until('every browser was answered', () =>
      this.#browsers.every(({ answered }, index) => answered >= (before[index] ?? 0) + times),
    )
  }

  get allWork(): boolean {
    return this.#browsers.every(({ streak }) => streak >= STREAK)
  }

  /** Milliseconds from the moment given until the first browser worked again, and until all did. */
  recovery(from: number): { first: number; all: number } {
    const times = this.#browsers.map(({ since }) => Math.max(0, (since ?? Number.NaN) - from))
    return { first: Math.min(...times), all: Math.max(...times) }
  }

  get figures(): Figures {
    const { sent, refused } = { sent: this.#sent, refused: this.#refused }
    return { sent, refused, longestWait: this.#longestWait, slowest: this.#slowest }
  }
}

function fresh(): Browsing {
  return { refused: 0, answered: 0, since: null, streak: 0 }
}
