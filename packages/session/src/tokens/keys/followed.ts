import { isPromise } from '../../deadline/deadline.ts'

/** Something that is kept elsewhere and may change there. */
export interface Followed<T> {
  /**
   * As it was asked for not too long ago.
   * @param at what the clock says, where that is known already
   * @throws what it was last refused with, where nothing is known
   */
  get(at?: number): T | Promise<T>
  /** The same after asking again, unless that was done a moment ago: for what is missing in it. */
  renewed(): T | Promise<T>
}

export interface Fetched<T> {
  readonly value: T
  /** Milliseconds for which nobody has to ask again. */
  readonly freshFor: number
}

export interface FollowedOptions<T> {
  load(before: T | null): Fetched<T> | Promise<Fetched<T>>
  now(): number
  /** Milliseconds after asking, with or without success, in which it is not asked again. */
  readonly pause: number
  /** Milliseconds for which what is known is good although nobody answers (RFC 5861 section 4). */
  readonly staleFor: number
  /** Hears of failures that nobody else may, because what is known is good still: once a minute. */
  readonly warn?: ((message: string) => void) | undefined
}

// Who asks at this share of its time need not wait: it is asked again meanwhile.
const early = 0.8
const toldEvery = 60_000

/** One question at a time, however many want to know. */
export function createFollowed<T>({ load, now, pause, staleFor, warn }: FollowedOptions<T>): Followed<T> {
  let known: { readonly value: T; readonly at: number; readonly freshFor: number } | null = null
  let asked: { readonly at: number; readonly error: unknown } | null = null
  let pending: Promise<T> | null = null
  let toldAt: number | null = null

  // A clock that was set back makes nothing fresh.
  const isWithin = (at: number, from: number, duration: number) => at >= from && at < from + duration
  const isPaused = (at: number) => asked !== null && isWithin(at, asked.at, pause)

  function taken({ value, freshFor }: Fetched<T>, at: number): T {
    known = { value, at, freshFor }
    asked = { at, error: null }
    return value
  }

  function refused(error: unknown, at: number): T {
    asked = { at, error }
    tell(error, at)
    return lastKnown(at)
  }

  /** Who asks for the first time is told by what is thrown. */
  function tell(error: unknown, at: number): void {
    if (!warn || (!known && !pending) || (toldAt !== null && isWithin(at, toldAt, toldEvery))) return
    toldAt = at
    const meanwhile = known ? ' What was read before is used meanwhile.' : ''
    warn(`latchkey: ${error instanceof Error ? error.message : String(error)}${meanwhile}`)
  }

  function lastKnown(at: number): T {
    if (known && at < known.at + Math.max(known.freshFor, staleFor)) return known.value
    throw asked?.error ?? new Error('nothing is known yet')
  }

  function ask(at: number): T | Promise<T> {
    if (pending) return pending
    let answer: Fetched<T> | Promise<Fetched<T>>
    try {
      answer = load(known?.value ?? null)
    } catch (error) {
      return refused(error, at)
    }
    if (!isPromise(answer)) return taken(answer, at)
    const done = answer.then(
      (fetched) => taken(fetched, at),
      (error) => refused(error, at),
    )
    pending = done.finally(() => {
      pending = null
    })
    return pending
  }

  return {
    get(at = now()) {
      if (known && isWithin(at, known.at, known.freshFor)) {
        const isDue = !isWithin(at, known.at, known.freshFor * early)
        const { value } = known
        if (!isDue || pending || isPaused(at)) return value
        const answer = ask(at)
        if (!isPromise(answer)) return answer
        answer.catch(() => undefined)
        return value
      }
      return pending || !isPaused(at) ? ask(at) : lastKnown(at)
    },
    renewed() {
      const at = now()
      return pending || !isPaused(at) ? ask(at) : lastKnown(at)
    },
  }
}
