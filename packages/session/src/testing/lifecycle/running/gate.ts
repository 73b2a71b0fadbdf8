import { setImmediate } from 'node:timers/promises'
import type { Guard, SessionPatch, SessionRecord, SessionStore } from '../../../store.ts'
import { type Action, running } from './action.ts'
import { isLook, lookOf } from './looks.ts'

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
  /** What the operation is only a look of. */
  readonly parent: Action | null
  /** Lets it happen, or fail. */
  go(fault?: 'before' | 'after'): Promise<void>
  abandon(): void
}

/** Hears of every operation that has happened, with its result, and of each whose result has reached its process. */
export type Observer = (action: Action, call: Call, result: unknown) => void

/** Store operations wait here until the schedule says whose turn it is: one at a time, so that there is one order. */
export class Gate {
  readonly waiting: Waiting[] = []
  readonly #now: () => number
  observer: Observer = () => undefined
  answered: Observer = () => undefined
  /** Processes that stand still: what the store answers them, they hear of later. */
  readonly #stopped = new Set<number>()
  #quieting: { readonly action: Action; resolve(): void }[] = []
  #unheard: { readonly process: number; hear(): void }[] = []

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
    const caller = running.getStore()
    const parent = caller && call.do === 'read' && isLook() ? caller : null
    const action = parent ? lookOf(parent) : caller
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
          this.#tell(action.process, () => {
            if (fault === 'after') return fail()
            this.answered(action, call, result)
            resolve(result)
          })
        } catch (error) {
          reject(error)
          // Some clients' errors have a name and no message.
          throw new Error(`${call.do} failed by itself, and no schedule said so: ${error}`, { cause: error })
        }
      }
      const abandon = () => reject(new Error('the run is over'))
      this.waiting.push({ action, call, issuedAt: this.#now(), parent, go, abandon })
    })
  }

  /** Lets one of those that wait happen. */
  async release(entry: Waiting, fault?: 'before' | 'after'): Promise<void> {
    this.waiting.splice(this.waiting.indexOf(entry), 1)
    await entry.go(fault)
  }

  #tell(process: number, hear: () => void): void {
    if (this.#stopped.has(process)) this.#unheard.push({ process, hear })
    else hear()
  }

  isStopped(process: number): boolean {
    return this.#stopped.has(process)
  }

  stop(process: number): void {
    this.#stopped.add(process)
  }

  /** What it hears now, it hears one after the other. */
  async resume(process: number): Promise<void> {
    this.#stopped.delete(process)
    const unheard = this.#unheard
    this.#unheard = unheard.filter((each) => each.process !== process)
    for (const each of unheard) {
      if (each.process !== process) continue
      each.hear()
      await setImmediate()
    }
  }

  /** Resolves when none of the looks of an action waits any more. */
  quiet(action: Action): Promise<void> {
    return new Promise((resolve) => this.#quieting.push({ action, resolve }))
  }

  #hush(): boolean {
    const isLoud = ({ action }: { readonly action: Action }) =>
      this.waiting.some(({ parent }) => parent === action) || this.#stopped.has(action.process)
    const quiet = this.#quieting.filter((each) => !isLoud(each))
    this.#quieting = this.#quieting.filter(isLoud)
    for (const { resolve } of quiet) resolve()
    return quiet.length > 0
  }

  /** Until everything that can go on has come to its next operation. */
  async idle(): Promise<void> {
    await setImmediate()
    if (this.#quieting.length > 0 && this.#hush()) await setImmediate()
  }

  /** Ends what is left of a run that failed. */
  async clear(): Promise<void> {
    // Who was just told that it failed goes on to its next operation first, which must not reach the next run.
    for (const process of this.#stopped) await this.resume(process)
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
