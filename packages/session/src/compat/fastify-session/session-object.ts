import { SessionError } from '../../errors.ts'
import type { Cookie, CookieOptions } from '../express-session/cookie.ts'
import { type Callback, type Keeping, type SessionKind, told } from '../session-object.ts'

const carriedOver = ['path', 'domain', 'secure', 'sameSite', 'partitioned', 'priority'] as const

/**
 * The session of a request as @fastify/session has it: the application's values are its properties, and what has changed of
 * them is saved before the answer goes out. Each method takes a callback, or returns a promise.
 */
export class FastifySessionObject {
  /** Of this session alone: what is changed here stays in its later requests. */
  declare cookie: Cookie
  readonly #keeping: Keeping
  #isSaved = false

  /** @internal Sessions come with their requests. */
  constructor(keeping: Keeping, cookie: Cookie) {
    this.#keeping = keeping
    this.cookie = cookie
  }

  /** Public handle of the session, safe in logs: unlike that of @fastify/session, it opens nothing. */
  get sessionId(): string {
    return this.#keeping.idOf(this)
  }

  /** @throws SessionError `config_invalid`: what opens the session is in the cookie alone */
  get encryptedSessionId(): never {
    throw new SessionError(
      'config_invalid',
      'request.session.encryptedSessionId is not kept: what opens a session is in its cookie alone. Write ' +
        'request.session.sessionId to name it, and give app.decryptSession the cookie that a request came with.',
    )
  }

  /** The property of that name. */
  get<Value = unknown>(key: string): Value | undefined {
    return Reflect.get(this, key) as Value | undefined
  }

  /** Sets the property of that name. */
  set(key: string, value: unknown): void {
    Reflect.set(this, key, value)
  }

  /** Attributes of this session's own cookie, from now on and in its later requests. */
  options(options: CookieOptions): void {
    for (const [name, value] of Object.entries(options)) Reflect.set(this.cookie, name, value)
  }

  /** The session lives for its `cookie.originalMaxAge` from now on, as it does with every request. */
  touch(): void {
    this.cookie.maxAge = this.cookie.originalMaxAge
  }

  /**
   * Ends this session; `request.session` is a new one under a new ID and a new token, without values but those that `keep`
   * names. Before a sign-in, and wherever privileges change.
   */
  regenerate(): Promise<void>
  regenerate(keep: readonly string[]): Promise<void>
  regenerate(done: Callback): this
  regenerate(keep: readonly string[], done: Callback): this
  regenerate(keepOrDone?: readonly string[] | Callback, done?: Callback): Promise<void> | this {
    const keep = typeof keepOrDone === 'function' ? [] : (keepOrDone ?? [])
    const kept = keep.map((name) => [name, this.get(name)] as const)
    const { maxAge, originalMaxAge } = this.cookie
    const attributes = Object.fromEntries(carriedOver.map((name) => [name, this.cookie[name]]))
    const operation = this.#keeping.regenerate(this, (began) => {
      Object.assign(began, Object.fromEntries(kept))
      Object.assign(began.cookie, attributes, { maxAge: originalMaxAge === null ? maxAge : originalMaxAge })
    })
    return told(this, operation, typeof keepOrDone === 'function' ? keepOrDone : done)
  }

  /** Ends this session, in the store and in the browser; `request.session` is null at once. */
  destroy(): Promise<void>
  destroy(done: Callback): this
  destroy(done?: Callback): Promise<void> | this {
    return told(this, this.#keeping.destroy(this), done)
  }

  /** Reads the values again: `request.session` is another object then, without what this request has changed. */
  reload(): Promise<void>
  reload(done: Callback): this
  reload(done?: Callback): Promise<void> | this {
    return told(this, this.#keeping.reload(this), done)
  }

  /** Saves what has changed now, and not only before the answer goes out. */
  save(): Promise<void>
  save(done: Callback): this
  save(done?: Callback): Promise<void> | this {
    this.#isSaved = true
    return told(this, this.#keeping.save(this), done)
  }

  /** Whether values differ from those that are stored. */
  isModified(): boolean {
    return this.#keeping.isChanged(this)
  }

  /** Whether this request has called `save`. */
  isSaved(): boolean {
    return this.#isSaved
  }
}

export const fastifyKind: SessionKind = {
  make: (keeping, cookie) => new FastifySessionObject(keeping, cookie),
  isMethod: (name) => name in FastifySessionObject.prototype,
  reloadsVisitors: true,
}
