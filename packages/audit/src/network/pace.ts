import { setTimeout as sleep } from 'node:timers/promises'
import { askedToWait, type PutOff, saysAgain } from './retry-after.ts'

/** What a test may replace. */
export interface Clock {
  now(): number
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>
}

export const CLOCK: Clock = {
  now: () => performance.now(),
  wait: (milliseconds, signal) => sleep(milliseconds, undefined, signal ? { signal } : {}),
}

/** The site asked to be left alone for a while, and is. */
export interface Waiting {
  readonly status: number
  readonly milliseconds: number
  /** What may still be waited for in this audit. */
  readonly leftMilliseconds: number
}

/** The parts of a request that say whether it may be sent twice. */
export interface Sent {
  readonly method: string
  readonly path: string
  /** A login or a logout: done twice it does what it does once. */
  readonly repeatable: boolean
}

/** As many as browsers keep open to one host. */
const MOST_AT_ONCE = 6
/** No slower than this: an audit has some hundred requests. */
const LONGEST_GAP = 1000

/** Milliseconds by which the answers to requests sent side by side may differ. */
const JITTER = 1000

/**
 * How fast a site is asked. It begins as fast as the site answers; each time that the site says 429 or 503, all requests
 * wait as long as it asks, and go on at half the pace, half as many at once.
 */
export class Pace {
  readonly #most: number
  readonly #clock: Clock
  readonly #tell: (waiting: Waiting) => void
  readonly #inVain = new Set<string>()
  #waited = 0
  #gap = 0
  /** When the next request may leave. */
  #next = Number.NEGATIVE_INFINITY
  /** The requests since the site last asked to wait, and when they began. */
  #stretch = { from: 0, sent: 0 }
  #atOnce = MOST_AT_ONCE
  #underWay = 0
  readonly #waiting: (() => void)[] = []
  /** How often the site asked to wait. */
  #heard = 0

  /** @param most milliseconds that may be waited in all because a site asks for it */
  constructor(most: number, clock: Clock, tell: (waiting: Waiting) => void) {
    this.#most = most
    this.#clock = clock
    this.#tell = tell
  }

  /** Milliseconds that the site was waited for so far. */
  get waited(): number {
    return this.#waited
  }

  /** Milliseconds until the next request may leave. */
  get ahead(): number {
    return Math.max(0, this.#next - this.#clock.now())
  }

  /** Waits until fewer requests are under way than may be. Each call is followed by one of `leave`. */
  async enter(): Promise<void> {
    if (this.#underWay < this.#atOnce) this.#underWay += 1
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  /** The request is done with, whatever came of it. */
  leave(): void {
    this.#underWay -= 1
    while (this.#underWay < this.#atOnce) {
      const next = this.#waiting.shift()
      if (next === undefined) return
      this.#underWay += 1
      next()
    }
  }

  /** Waits until the next request may leave. Gives how often the site has asked to wait until then, for `heed`. */
  async turn(signal?: AbortSignal): Promise<number> {
    const now = this.#clock.now()
    const at = Math.max(now, this.#next)
    this.#next = at + this.#gap
    if (at > now) await this.#clock.wait(at - now, signal)
    if (this.#stretch.sent === 0) this.#stretch.from = this.#clock.now()
    this.#stretch.sent += 1
    return this.#heard
  }

  /**
   * Whether the request is to be sent again, at its next turn; otherwise the answer is the site's last word.
   * @param attempt how often it was sent before
   * @param heard how often the site had asked to wait when it left
   */
  heed(
    answer: PutOff,
    { method, path, repeatable }: Sent,
    attempt: number,
    heard: number = this.#heard,
  ): boolean {
    const key = `${method} ${path}`
    const now = this.#clock.now()
    const milliseconds = askedToWait(answer, attempt, Date.now())
    if (milliseconds === null) {
      // A page that is 503 for good is not waited for each time it is looked at.
      if (attempt > 0 && (answer.status === 429 || answer.status === 503)) this.#inVain.add(key)
      return false
    }
    if (this.#inVain.has(key)) return false
    const until = now + milliseconds
    const more = until - Math.max(now, this.#next)
    // One of several that left before the site asked asks for nothing new.
    const isKnown = heard < this.#heard && more < JITTER
    if (more > 0 && !isKnown) {
      if (this.#waited + more > this.#most) return false
      this.#slowDown(now)
      this.#waited += more
      this.#next = until
      const leftMilliseconds = this.#most - this.#waited
      this.#tell({ status: answer.status, milliseconds, leftMilliseconds })
    }
    // What changes something may have done so before the site said 503.
    return method === 'GET' || method === 'HEAD' || repeatable || saysAgain(answer)
  }

  #slowDown(now: number): void {
    const { from, sent } = this.#stretch
    const usual = sent === 0 ? 0 : (now - from) / sent
    this.#heard += 1
    this.#atOnce = Math.max(1, Math.floor(this.#atOnce / 2))
    this.#gap = Math.min(LONGEST_GAP, 2 * Math.max(usual, this.#gap))
    this.#stretch = { from: now, sent: 0 }
  }
}
