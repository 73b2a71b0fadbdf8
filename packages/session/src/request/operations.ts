import type { Handle } from './handle.ts'
import { OperationPromise } from './operation-promise.ts'

/** What an application calls of one session: one after the other, since two first writes must not make two sessions. */
export class Operations {
  readonly #handle: Handle
  #last: Promise<unknown> | null = null
  #pending = 0

  constructor(handle: Handle) {
    this.#handle = handle
  }

  /** When those under way are over; null when there is none. Never rejects. */
  get settled(): Promise<unknown> | null {
    return this.#pending > 0 ? this.#last : null
  }

  /** @param call the method's name, for who forgets to wait for it */
  run<T>(call: string, act: () => Promise<T>): Promise<T> {
    const result = this.queue(act)
    const operation = OperationPromise.of(result)
    const look = (error: unknown) => {
      const isHarmless = error === null && this.#handle.exchange.canSetCookie
      if (operation.isAwaited || isHarmless) return
      // Until the next macrotask, as Node has it of rejections that nobody handles.
      setTimeout(() => void (operation.isAwaited || this.#handle.forgotten(call, error)), 0)
    }
    result.then(() => look(null), look)
    return operation
  }

  /** For what the layer does by itself. */
  queue<T>(act: () => Promise<T>): Promise<T> {
    const begin = () => {
      this.#handle.since = performance.now()
      return act()
    }
    const result = this.#last === null ? begin() : this.#last.then(begin)
    this.#pending++
    const done = () => void this.#pending--
    this.#last = result.then(done, done)
    return result
  }
}
