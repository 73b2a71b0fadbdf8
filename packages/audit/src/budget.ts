import { AuditError } from './errors.ts'
import type { AuditOptions } from './options.ts'

/** A part of both budgets. */
export interface Share {
  readonly requests: number
  readonly logins: number
}

const NOTHING: Share = { requests: 0, logins: 0 }

/**
 * How much an audit may still send. A probe that changes something sets a share aside first and puts the change
 * back out of it, so that neither a spent budget nor Ctrl-C leaves the site changed.
 */
export class Budget {
  readonly #options: AuditOptions
  #requests = 0
  #logins = 0
  #reserved: Share = NOTHING
  #undoing = false

  constructor(options: AuditOptions) {
    this.#options = options
  }

  get requests(): number {
    return this.#requests
  }

  get logins(): number {
    return this.#logins
  }

  /** What stops a request; nothing but its own timeout while something is put back. */
  get signal(): AbortSignal | undefined {
    return this.#undoing ? undefined : this.#options.signal
  }

  /** Throws AuditError: `aborted`, `budget_spent`. */
  spendRequest(): void {
    if (this.signal?.aborted) throw new AuditError('aborted', 'the audit was stopped')
    const most = this.#options.maxRequests ?? 300
    if (this.#requests >= most - this.#kept().requests) {
      throw new AuditError('budget_spent', `request budget of ${most} spent; raise it with --max-requests`)
    }
    this.#requests += 1
  }

  /** Throws AuditError `budget_spent`. */
  spendLogin(): void {
    const most = this.#options.maxLogins ?? 20
    if (this.#logins >= most - this.#kept().logins) {
      throw new AuditError('budget_spent', `login budget of ${most} spent; raise it with --max-logins`)
    }
    this.#logins += 1
  }

  /** Sets a share aside for {@link undo}. Throws AuditError `budget_spent` when there is not that much left. */
  reserve(share: Share): void {
    const requests = (this.#options.maxRequests ?? 300) - this.#requests
    const logins = (this.#options.maxLogins ?? 20) - this.#logins
    if (requests < share.requests || logins < share.logins) {
      throw new AuditError(
        'budget_spent',
        `putting a change back may take ${share.requests} requests and ${share.logins} logins, and ${requests} and ` +
          `${logins} are left; raise --max-requests or --max-logins`,
      )
    }
    this.#reserved = share
  }

  /** Runs what puts a change back: it may use what was set aside, and goes on after an abort. */
  async undo<T>(work: () => Promise<T>): Promise<T> {
    this.#undoing = true
    try {
      return await work()
    } finally {
      this.#undoing = false
    }
  }

  /** Nothing is left to be put back. */
  release(): void {
    this.#reserved = NOTHING
  }

  #kept(): Share {
    return this.#undoing ? NOTHING : this.#reserved
  }
}
