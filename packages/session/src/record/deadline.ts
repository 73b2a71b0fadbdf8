import { SessionError } from '../errors.ts'

/** Runs a store operation; rejects with `store_unavailable` when it fails or does not answer in time (law 8). */
export interface WithDeadline {
  <T>(operation: string, run: () => Promise<T>, since?: number): Promise<T>
  /** What is answered without a promise is passed on as it is: it cannot be late. */
  <T>(operation: string, run: () => Promise<T> | T, since?: number): Promise<T> | T
}

interface Pending {
  startedAt: number
  reject: (error: SessionError) => void
  operation: string
}

/**
 * One timer watches all operations under way: a timer for each would cost every request more than the store does.
 * An operation is given up between `timeout` and `timeout * 1.25` milliseconds after it began.
 */
export function createDeadline(timeout: number): WithDeadline {
  const pending = new Set<Pending>()
  let timer: NodeJS.Timeout | null = null

  function giveUpLate(): void {
    const now = performance.now()
    for (const entry of pending) {
      if (now - entry.startedAt < timeout) continue
      pending.delete(entry)
      entry.reject(unavailable(`${entry.operation} did not answer within ${timeout} ms`))
    }
    if (pending.size === 0 && timer) {
      clearInterval(timer)
      timer = null
    }
  }

  function watch<T>(operation: string, answer: Promise<T>, since = performance.now()): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const entry: Pending = { startedAt: since, reject, operation }
      pending.add(entry)
      timer ??= setInterval(giveUpLate, Math.max(1, timeout / 4)).unref()
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

  function withDeadline<T>(operation: string, run: () => Promise<T>, since?: number): Promise<T>
  function withDeadline<T>(operation: string, run: () => Promise<T> | T, since?: number): Promise<T> | T {
    try {
      const answer = run()
      return isPromise(answer) ? watch(operation, answer, since) : answer
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

function failed(operation: string, cause: unknown): SessionError {
  return cause instanceof SessionError ? cause : unavailable(`${operation} failed`, cause)
}

function unavailable(what: string, cause?: unknown): SessionError {
  return new SessionError(
    'store_unavailable',
    `The session store cannot be used: ${what}. Nobody was let in or signed out; try again.`,
    cause === undefined ? undefined : { cause },
  )
}
