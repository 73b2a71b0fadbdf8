import type { IncomingMessage } from 'node:http'
import type { Cookie } from './cookie.ts'

/** Called when it is done, with what went wrong. */
// biome-ignore lint/suspicious/noExplicitAny: as @types/express-session has it, so that its users' callbacks fit.
export type Callback = (error?: any) => void

/** What does for a session object what it cannot do by itself. */
export interface Keeping {
  readonly req: IncomingMessage
  idOf(session: Session): string
  save(session: Session): Promise<void>
  reload(session: Session): Promise<void>
  regenerate(session: Session): Promise<void>
  destroy(session: Session): Promise<void>
}

/**
 * The session of a request as express-session has it: the application's values are its properties, and what has changed of
 * them is saved before the answer goes out. Each method takes a callback, or returns a promise.
 */
export class Session {
  declare cookie: Cookie
  readonly #keeping: Keeping

  /** @internal Sessions come with their requests. */
  constructor(keeping: Keeping, cookie: Cookie) {
    this.#keeping = keeping
    this.cookie = cookie
  }

  /** Whether the name is one of the methods: what is stored under it is no value of the application's. */
  static isMethod(name: string): boolean {
    return name in Session.prototype
  }

  get req(): IncomingMessage {
    return this.#keeping.req
  }

  /** Public handle of the session, safe in logs: unlike express-session's, it opens nothing. */
  get id(): string {
    return this.#keeping.idOf(this)
  }

  /** Saves what has changed now, and not only before the answer goes out. */
  save(): Promise<void>
  save(done: Callback): this
  save(done?: Callback): Promise<void> | this {
    return this.#told(this.#keeping.save(this), done)
  }

  /** Reads the values again: `req.session` is another object then, without what this request has changed. */
  reload(): Promise<void>
  reload(done: Callback): this
  reload(done?: Callback): Promise<void> | this {
    return this.#told(this.#keeping.reload(this), done)
  }

  /**
   * Ends this session; `req.session` is a new one without values, under a new ID and a new token. Before a sign-in, and
   * wherever privileges change.
   */
  regenerate(): Promise<void>
  regenerate(done: Callback): this
  regenerate(done?: Callback): Promise<void> | this {
    return this.#told(this.#keeping.regenerate(this), done)
  }

  /** Ends this session, in the store and in the browser; `req.session` is gone at once. */
  destroy(): Promise<void>
  destroy(done: Callback): this
  destroy(done?: Callback): Promise<void> | this {
    return this.#told(this.#keeping.destroy(this), done)
  }

  /** The session lives for its `cookie.originalMaxAge` from now on, as it does with every request. */
  touch(): this {
    return this.resetMaxAge()
  }

  /** The same. */
  resetMaxAge(): this {
    this.cookie.maxAge = this.cookie.originalMaxAge
    return this
  }

  #told(operation: Promise<void>, done: Callback | undefined): Promise<void> | this {
    if (!done) return operation
    operation.then(() => done(), done)
    return this
  }
}
