/**
 * Extension point: the few things a framework must offer for one request and its response.
 * An adapter makes one; see `adapters/` for examples of a dozen lines.
 */
export interface Exchange {
  /** The request's method, in capitals. */
  readonly method: string
  /** The request's path, without its query. */
  readonly path: string
  /** A request header by its lower-case name; undefined or null when absent. `host` is also HTTP/2's `:authority`. */
  header(name: string): string | null | undefined
  /**
   * Adds a Set-Cookie line to the response, replacing an earlier one of the same cookie name, since RFC 6265bis
   * (section 4.1.1) allows one per name. Other cookies stay untouched.
   */
  setCookie(name: string, line: string): void
  /**
   * Gives the response a header that the application did not set and does not set later: its own value stays.
   * Keeps caches from answers that depend on a session (ASVS 14.3.2), and clears the browser's at a logout.
   */
  setHeader(name: string, value: string): void
  /** Whether this connection is TLS as far as this server can see; undefined when it cannot. */
  readonly encrypted?: boolean | undefined
  /** The address at the other end of this connection, a proxy's perhaps; undefined when this server cannot see it. */
  readonly remoteAddress?: string | undefined
  /**
   * Calls back once when the response has been sent or its connection closed, at once where that has happened.
   * Lets open streams be forgotten.
   */
  onClose?(callback: () => void): void
}

/** The Set-Cookie lines without those of one cookie: what `setCookie` must keep. */
export function withoutCookie(lines: readonly string[], name: string): string[] {
  return lines.filter((line) => !line.startsWith(`${name}=`))
}

/** What `setHeader` means for a finished set of headers. */
export function addDefault(headers: Headers, name: string, value: string): void {
  if (name === 'vary') headers.append(name, value)
  else if (!headers.has(name)) headers.set(name, value)
}
