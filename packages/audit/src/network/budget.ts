import { AuditError } from '../options/errors.ts'
import type { AuditOptions } from '../options/options.ts'
import { secondsToWait } from '../options/timeouts.ts'

const MOST_REQUESTS = 300
const MOST_LOGINS = 20
const MOST_SECONDS = 1800
/** What putting a site back as it was may take beyond the budget, in one audit. */
const FINISHING_REQUESTS = 60
const FINISHING_LOGINS = 8

/**
 * How much an audit may still ask of a site. What was begun and must be put back has an allowance of its own,
 * and is not stopped by the caller's signal.
 */
export class Budget {
  readonly #options: AuditOptions
  readonly #now: () => number
  readonly #began: number
  #requests = 0
  #logins = 0
  #finishing = 0
  #finishingRequests = FINISHING_REQUESTS
  #finishingLogins = FINISHING_LOGINS

  constructor(options: AuditOptions, now: () => number = () => performance.now()) {
    this.#options = options
    this.#now = now
    this.#began = now()
  }

  get requests(): number {
    return this.#requests
  }

  get logins(): number {
    return this.#logins
  }

  /** How many requests may still be made. */
  get requestsLeft(): number {
    return Math.max(0, this.#mostRequests - this.#requests)
  }

  /** How many logins may still be made. */
  get loginsLeft(): number {
    return Math.max(0, this.#mostLogins - this.#logins)
  }

  /** Since the audit began. */
  get elapsed(): number {
    return this.#now() - this.#began
  }

  /** What is left of the time limit; no end while finishing. */
  get milliseconds(): number {
    return this.#finishing > 0 ? MOST_SECONDS * 1000 : Math.max(1, this.#mostSeconds * 1000 - this.elapsed)
  }

  /** The caller's signal, for one request; none while finishing. */
  get signal(): AbortSignal | undefined {
    return this.#finishing > 0 ? undefined : this.#options.signal
  }

  /** The time limit's error, once it is reached; null before, and while finishing. */
  overtime(ahead = 0): AuditError | null {
    if (this.#finishing > 0 || this.elapsed + ahead < this.#mostSeconds * 1000) return null
    const most = this.#mostSeconds
    return new AuditError('budget_spent', `time limit of ${most} s reached; raise it with --time-limit`)
  }

  /** Throws `budget_spent` now rather than after a wait that the time limit does not allow. */
  demandTime(milliseconds: number): void {
    const over = this.overtime(milliseconds)
    if (over) throw over
  }

  /** Called before each request. Throws `aborted`, `budget_spent`. */
  spendRequest(): void {
    this.#heed()
    if (this.#requests >= this.#mostRequests) {
      if (this.#finishing === 0 || this.#finishingRequests === 0) throw this.#spent('request')
      this.#finishingRequests -= 1
    }
    this.#requests += 1
  }

  /** Called before credentials are sent. Throws `budget_spent`. */
  spendLogin(): void {
    if (this.#logins >= this.#mostLogins) {
      if (this.#finishing === 0 || this.#finishingLogins === 0) throw this.#spent('login')
      this.#finishingLogins -= 1
    }
    this.#logins += 1
  }

  /** Throws now rather than half-way: `aborted`, `budget_spent`. */
  demand(requests: number, logins: number): void {
    this.#heed()
    if (this.#requests + requests > this.#mostRequests) throw this.#spent('request')
    if (this.#logins + logins > this.#mostLogins) throw this.#spent('login')
  }

  /** Does what must come to its end: no signal stops it, and it has the allowance. */
  async finishing<T>(work: () => Promise<T>): Promise<T> {
    this.#finishing += 1
    try {
      return await work()
    } finally {
      this.#finishing -= 1
    }
  }

  #heed(): void {
    if (this.signal?.aborted) throw new AuditError('aborted', 'the audit was stopped')
  }

  get #mostRequests(): number {
    return this.#options.maxRequests ?? MOST_REQUESTS
  }

  get #mostSeconds(): number {
    return this.#options.timeLimit ?? MOST_SECONDS + secondsToWait(this.#options)
  }

  get #mostLogins(): number {
    return this.#options.maxLogins ?? MOST_LOGINS
  }

  #spent(what: 'request' | 'login'): AuditError {
    const most = what === 'request' ? this.#mostRequests : this.#mostLogins
    return new AuditError('budget_spent', `${what} budget of ${most} spent; raise it with --max-${what}s`)
  }
}
