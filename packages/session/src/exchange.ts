/**
 * Extension point: the few things a framework must offer for one request and its response. An adapter makes one for
 * each request; see `adapters/` for examples. Every member must be there, so that a wrapper cannot lose one: what
 * cannot be known is `undefined`.
 */
export interface Exchange {
  /** The request's method, in capitals. */
  readonly method: string
  /** The request's path, without its query. */
  readonly path: string
  /** A request header by its lower-case name; undefined or null when absent. `host` is `:authority` on HTTP/2. */
  header(name: string): string | null | undefined
  /**
   * False once the answer's head is out, where the connection is gone, and where there is no head, as in an upgrade.
   * Asked before the store is: what needs a cookie is refused then, and nothing has changed (law 9).
   */
  readonly canSetCookie: boolean
  /**
   * Holds a Set-Cookie line until the head leaves, in place of what was held under that name. Other cookies stay
   * untouched. The answer that carries it is never storable by a shared cache, whatever the application says of it.
   * {@link AnswerHead} does all of this.
   * @param stands asked as the head leaves: false leaves the line out, since a later secret has overtaken it
   */
  setCookie(name: string, line: string, stands?: () => boolean): void
  /**
   * Holds a header until the head leaves, for an answer in which the application has not set it (ASVS 14.3.2,
   * 14.3.1). Values of `vary` are added to the application's.
   */
  setHeader(name: string, value: string): void
  /** Whether this connection is TLS as far as this server can see; undefined when it cannot. */
  readonly encrypted: boolean | undefined
  /** The address at the other end of this connection, a proxy's perhaps; undefined when this server cannot see it. */
  readonly remoteAddress: string | undefined
  /**
   * Calls back once when the response has been sent or its connection closed, at once where that has happened.
   * Lets open streams be forgotten.
   */
  onClose(callback: () => void): void
}
