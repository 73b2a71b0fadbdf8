import { setImmediate } from 'node:timers/promises'
import type { Guard, SessionPatch, SessionRecord, SessionStore } from '../../../store.ts'
import { type Action, running } from './action.ts'

/** A store operation, or a handle that works on something else. */
export type Call =
  | { readonly do: 'create'; readonly record: SessionRecord }
  | { readonly do: 'read'; readonly sid: string }
  | { readonly do: 'update'; readonly sid: string; readonly patch: SessionPatch }
  | { readonly do: 'delete'; readonly sid: string; readonly guard: Guard | undefined }
  | { readonly do: 'list'; readonly userId: string }
  | { readonly do: 'deleteAll' }
  | { readonly do: 'sweep'; readonly now: number }
  | { readonly do: 'pause' }

export interface Waiting {
  readonly action: Action
  readonly call: Call
  readonly issuedAt: number
  /** Lets it happen, or fail. */
  go(fault?: 'before' | 'after'): Promise<void>
  abandon(): void
}

/** Hears of every operation that has happened, with its result. */
export type Observer = (action: Action, call: Call, result: unknown) => void

/** Store operations wait here until the schedule says whose turn it is: one at a time, so that there is one order. */
export class Gate {
  readonly waiting: Waiting[] = []
  readonly #now: () => number
  observer: Observer = () => undefined

  constructor(now: () => number) {
    this.#now = now
  }

  around(store: SessionStore): SessionStore {
    const gated: SessionStore = {
      create: (record) => this.enter({ do: 'create', record }, () => store.create(record)),
      read: (sid, options) => this.enter({ do: 'read', sid }, async () => store.read(sid, options)),
      update: (sid, patch) => this.enter({ do: 'update', sid, patch }, () => store.update(sid, patch)),
      delete: (sid, guard) => this.enter({ do: 'delete', sid, guard }, () => store.delete(sid, guard)),
      list: (userId) => this.enter({ do: 'list', userId }, () => store.list(userId)),
      deleteAll: () => this.enter({ do: 'deleteAll' }, () => store.deleteAll()),
    }
    const { sweep, subscribe } = store
    return {
      ...gated,
      ...(sweep && { sweep: (now) => this.enter({ do: 'sweep', now }, () => sweep.call(store, now)) }),
      ...(subscribe && { subscribe: (listener) => subscribe.call(store, listener) }),
    }
  }

  enter<T>(call: Call, run: () => Promise<T>): Promise<T> {
    const action = running.getStore()
    if (!action) return Promise.reject(new Error(`${call.do}: an operation of no action`))
    return new Promise<T>((resolve, reject) => {
      const fail = () => {
        action.isFailed = true
        action.isFailedLate = isAftermath(action, call)
        reject(new Error('the schedule lets this operation fail'))
      }
      const go = async (fault?: 'before' | 'after') => {
        if (fault === 'before') return fail()
        try {
          const result = await run()
          this.observer(action, call, result)
          if (fault === 'after') fail()
          else resolve(result)
        } catch (error) {
          reject(error)
          throw error
        }
      }
      const abandon = () => reject(new Error('the run is over'))
      this.waiting.push({ action, call, issuedAt: this.#now(), go, abandon })
    })
  }

  /** Lets one of those that wait happen. */
  async release(entry: Waiting, fault?: 'before' | 'after'): Promise<void> {
    this.waiting.splice(this.waiting.indexOf(entry), 1)
    await entry.go(fault)
  }

  /** Until everything that can go on has come to its next operation. */
  async idle(): Promise<void> {
    await setImmediate()
  }

  /** Ends what is left of a run that failed. */
  async clear(): Promise<void> {
    // Who was just told that it failed goes on to its next operation first, which must not reach the next run.
    await setImmediate()
    for (let round = 0; round < 1000 && this.waiting.length > 0; round++) {
      for (const { abandon } of this.waiting.splice(0)) abandon()
      await setImmediate()
    }
  }
}

/** What a sign-in does once its record is written: it counts the sessions of its user. */
function isAftermath(action: Action, { do: operation }: Call): boolean {
  return (operation === 'list' || operation === 'delete') && Boolean(action.created ?? action.rotated)
}
