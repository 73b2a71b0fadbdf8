import type { Answer } from './browsers.ts'

interface Stored {
  readonly answer: Answer
  /** The Cookie header that it may be given to; undefined for any. */
  readonly cookie: string | null | undefined
  readonly until: number
}

const freshFor = 300_000

/**
 * A cache in front of the site, which keeps whatever RFC 9111 section 3 lets a shared one keep, Set-Cookie and all
 * (section 7.3), and obeys the header for CDNs before the other (RFC 9213).
 */
export class SharedCache {
  #stored: Stored[] = []

  keep(answer: Answer, now: number): void {
    const { head, cookie } = answer.request
    const control = head.get('cdn-cache-control') ?? head.get('cache-control') ?? ''
    const mayKeep = /\bpublic\b|\bmax-age=\d/.test(control) && !/\bno-store\b|\bprivate\b/.test(control)
    const names = (head.get('vary') ?? '').split(/, */).map((name) => name.toLowerCase())
    if (!mayKeep || names.includes('*')) return
    answer.request.isStored = true
    this.#stored.push({
      answer,
      cookie: names.includes('cookie') ? cookie : undefined,
      until: now + freshFor,
    })
  }

  find(cookie: string | null, now: number): Answer | null {
    this.#stored = this.#stored.filter(({ until }) => now < until)
    return (
      this.#stored.findLast((each) => each.cookie === undefined || each.cookie === cookie)?.answer ?? null
    )
  }
}
