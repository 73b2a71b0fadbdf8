import type { Answer, Http } from './http.ts'
import type { HttpRequest } from './request.ts'

/** A request that is under way and of which the site has not heard the end. */
export interface Held {
  /** Its answer; null while there is none, and where there will be none. */
  answer(): Answer | null
  /** Is done when it is answered, or will not be. */
  readonly done: Promise<void>
  /** Lets it go to its end, and waits for that. Null where it was never answered. */
  finish(): Promise<Answer | null>
}

/**
 * Begins a request and holds back the last byte of its body: who reads that waits for it. One without a body is sent
 * whole, so that only the site's own work keeps it under way. Never throws: a request that breaks is one without answer.
 */
export function hold(http: Http, request: HttpRequest): Held {
  const { promise: until, resolve: letGo } = Promise.withResolvers<void>()
  let answer: Answer | null = null
  const sent = http.send({ ...request, until }).then(
    (answered) => {
      answer = answered
    },
    () => {},
  )
  return {
    answer: () => answer,
    done: sent,
    async finish() {
      letGo()
      await sent
      return answer
    },
  }
}
