import type { Texts } from '../changed-values.ts'

/** What a request has of a session: what it changes is compared with this, and only that is written. */
export interface Known {
  readonly id: string
  readonly createdAt: number
  texts: Texts
  cookie: string
  lastSeenAt: number
  expiresAt: number
}

/**
 * Goes with the values that a request is given, since @fastify/session makes an object of its own of them: it copies
 * what has a name. No JSON has it.
 */
export class ReadMarker {
  readonly #known: Known

  constructor(known: Known) {
    this.#known = known
  }

  /** Null for another session than the one that was read under this ID. */
  static knownOf(session: Readonly<Record<string, unknown>>, id: string): Known | null {
    const marker = session[ReadMarker.key]
    return marker instanceof ReadMarker && marker.#known.id === id ? marker.#known : null
  }

  static readonly key = '@latchkey'

  toJSON(): undefined {
    return undefined
  }
}
