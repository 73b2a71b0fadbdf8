import { AuditError } from '../options/errors.ts'
import type { AuditOptions } from '../options/options.ts'

const MOST_REQUESTS = 300
const MOST_LOGINS = 20
/** What putting a site back as it was may take beyond the budget, in one audit. */
const FINISHING_REQUESTS = 60
const FINISHING_LOGINS = 8

/**
 * How much an audit may still ask of a site. What was begun and must be put back has an allowance of its own,
 * and is not stopped by the caller's signal.
 */
export class Budget {
  readonly #options: AuditOptions
  #requests = 0
  #logins = 0
  #finishing = 0
  #finishingRequests = FINISHING_REQUESTS
  #finishingLogins = FINISHING_LOGINS

  constructor(options: AuditOptions) {
    this.#options = options
  }

  get requests(): number {
    return this.#requests
  }

  get logins(): number {
    return this.#logins
  }

  /** The caller's signal, for one request; none while finishing. */
  get signal(): AbortSignal | undefined {
    return this.#finishing > 0 ? undefined : this.#options.signal
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

  get #mostLogins(): number {
    return this.#options.maxLogins ?? MOST_LOGINS
  }

  #spent(what: 'request' | 'login'): AuditError {
    const most = what === 'request' ? this.#mostRequests : this.#mostLogins
    return new AuditError('budget_spent', `${what} budget of ${most} spent; raise it with --max-${what}s`)
  }
}
