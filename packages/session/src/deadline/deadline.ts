import { SessionError } from '../errors.ts'
import { every, type Timer } from './timer.ts'
import { createWaking } from './waking.ts'

/**
 * Runs a store operation; rejects with `store_unavailable` when it fails or does not answer in time (law 8).
 * @param since `performance.now()` at which the time began to run, so that several operations share it; default: now.
 *   An operation that has no time left is refused before the store is asked.
 */
export interface WithDeadline {
  <T>(operation: StoreOperation, run: () => Promise<T>, since?: number): Promise<T>
  /** What is answered without a promise is passed on as it is: it cannot be late. */
  <T>(operation: StoreOperation, run: () => Promise<T> | T, since?: number): Promise<T> | T
}

export type StoreOperation = 'create' | 'read' | 'update' | 'delete' | 'list' | 'deleteAll'

interface Pending {
  readonly startedAt: number
  readonly reject: (error: SessionError) => void
  readonly operation: StoreOperation
}

// Nobody shares the time of one operation for longer.
const longestShare = 10

/**
 * One timer watches all operations under way: a timer for each would cost every request more than the store does.
 * An operation is given up between `timeout` and `timeout * 1.25` milliseconds after it began, not counting time in
 * which this process itself stood still: its answer may have come meanwhile.
 */
export function createDeadline(timeout: number): WithDeadline {
  const interval = Math.max(1, timeout / 4)
  const waking = createWaking(interval, timeout * longestShare)
  const pending = new Set<Pending>()
  let timer: Timer | null = null
  let stoodStill = false

  function runs(now: number): void {
    if (waking.runs(now)) stoodStill = true
  }

  function turn(): void {
    runs(performance.now())
    // Timers come before what has arrived: after a pause that is taken first, and what it leads to.
    if (stoodStill) setImmediate(() => setImmediate(giveUpLate))
    else giveUpLate()
    stoodStill = false
  }

  function giveUpLate(): void {
    const now = performance.now()
    for (const entry of pending) {
      if (waking.between(entry.startedAt, now) < timeout) continue
      pending.delete(entry)
      entry.reject(unavailable(entry.operation, `did not answer within ${timeout} ms`))
    }
    if (pending.size > 0 || !timer) return
    timer.stop()
    timer = null
    waking.rest()
  }

  function watch<T>(operation: StoreOperation, answer: Promise<T>, startedAt: number): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const entry: Pending = { startedAt, reject, operation }
      pending.add(entry)
      timer ??= every(interval, turn)
      answer.then(
        (value) => {
          pending.delete(entry)
          resolve(value)
        },
        (cause: unknown) => {
          pending.delete(entry)
          reject(failed(operation, cause))
        },
      )
    })
  }

  function withDeadline<T>(operation: StoreOperation, run: () => Promise<T>, since?: number): Promise<T>
  function withDeadline<T>(
    operation: StoreOperation,
    run: () => Promise<T> | T,
    since?: number,
  ): Promise<T> | T {
    if (since !== undefined && waking.between(since, performance.now()) >= timeout)
      throw noTimeLeft(operation)
    try {
      const answer = run()
      if (!isPromise(answer)) return answer
      const now = performance.now()
      runs(now)
      return watch(operation, answer, since ?? now)
    } catch (cause) {
      throw failed(operation, cause)
    }
  }
  return withDeadline
}

// Clients bring promises of their own making, so `instanceof Promise` would miss some.
export function isPromise<T>(answer: Promise<T> | T): answer is Promise<T> {
  return typeof (answer as { then?: unknown } | null)?.then === 'function'
}

function failed(operation: StoreOperation, cause: unknown): SessionError {
  return cause instanceof SessionError ? cause : unavailable(operation, 'failed', cause)
}

function noTimeLeft(operation: StoreOperation): SessionError {
  return new SessionError(
    'store_unavailable',
    `The session store cannot be used in time: ${operation} was not begun, since what came before it took too long. Try again.`,
  )
}

const reading: ReadonlySet<StoreOperation> = new Set(['read', 'list'])

function unavailable(operation: StoreOperation, what: string, cause?: unknown): SessionError {
  const outcome = reading.has(operation)
    ? 'Nobody was let in or signed out; try again.'
    : 'It is not known whether this change happened; try again, or look.'
  return new SessionError(
    'store_unavailable',
    `The session store cannot be used: ${operation} ${what}. ${outcome}`,
    cause === undefined ? undefined : { cause },
  )
}
