import { setImmediate, setTimeout } from 'node:timers/promises'
import { SessionError } from '../../errors.ts'

/** Runs what another process may lock out: at once where it can, else in its turn, without blocking the event loop. */
export type Line = <T>(attempt: () => T) => Promise<T> | T

interface Waiting {
  attempt(): void
  reject(error: unknown): void
  readonly since: number
}

/** Milliseconds between two attempts: chance keeps two processes from meeting again and again. */
const pause = () => 1 + Math.random() * 9

/**
 * SQLite's own waiting stops the whole process, once for each operation. Here one attempt at a time, of some 30 µs, asks
 * for all of them whether the lock is free, and the order stays.
 * @param patience milliseconds that one waits at most; then it is refused with `store_unavailable`, and nothing was done
 */
export function createLine(patience: number): Line {
  const waiting: Waiting[] = []

  async function serve(): Promise<void> {
    while (waiting.length > 0) {
      await setTimeout(pause())
      // Whoever waited through a pause of this process gets an attempt before it is held to be late.
      while (waiting[0] && isDone(waiting[0])) {
        waiting.shift()
        await setImmediate()
      }
      const now = performance.now()
      while (waiting[0] && now - waiting[0].since >= patience) waiting.shift()?.reject(locked(patience))
    }
  }

  return (attempt) => {
    try {
      if (waiting.length === 0) return attempt()
    } catch (error) {
      if (!isBusy(error)) throw error
    }
    return new Promise((resolve, reject) => {
      const since = performance.now()
      waiting.push({ attempt: () => resolve(attempt()), reject, since })
      if (waiting.length === 1) void serve()
    })
  }
}

/** False when the lock is still somebody else's. */
function isDone(entry: Waiting): boolean {
  try {
    entry.attempt()
  } catch (error) {
    if (isBusy(error)) return false
    entry.reject(error)
  }
  return true
}

/** SQLITE_BUSY, with whatever SQLite adds in the higher bits (https://www.sqlite.org/rescode.html#busy). */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5
}

export function locked(patience: number): SessionError {
  return new SessionError(
    'store_unavailable',
    `The SQLite file was locked by another process for ${patience} ms (busyTimeout); nothing was changed. ` +
      'Try again, and keep other writers short: no VACUUM and no long transaction on this file while it serves.',
  )
}
