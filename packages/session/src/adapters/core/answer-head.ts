/** The head of an answer at the moment at which it leaves, with all that the application has set. */
export interface HeadFields {
  /** Several lines of one name are joined by a comma. */
  get(name: string): string | null | undefined
  /** In place of what there is under the name. */
  set(name: string, value: string): void
  /** The field, all of its lines. */
  remove(name: string): void
  /** Of all fields, in lower case. */
  names(): readonly string[]
  /** The Set-Cookie lines. */
  cookies(): readonly string[]
  /** In place of all that there are. */
  setCookies(lines: readonly string[]): void
}

interface HeldCookie {
  readonly line: string
  readonly stands: (() => boolean) | undefined
}

// What a shared cache obeys in place of Cache-Control: RFC 9213 and its vendors' names, Surrogate-Control (Edge
// Architecture 1.0), and nginx's own.
const overruling = /^(.+-)?cdn-cache-control$|^surrogate-control$|^edge-control$|^x-accel-expires$/i

// `send`, and so express.static and res.sendFile, write this where nobody told them how long: nobody's wish.
const unwished = /^public, max-age=0$/

/**
 * What the session layer wants in the head of one answer. It is decided when the head leaves: by then the application
 * has said all that it has to say, and neither loses its headers to ours nor ours to its.
 */
export class AnswerHead {
  #cookies: Map<string, HeldCookie> | null = null
  #cacheControl: string | null = null
  #vary = ''
  #others: readonly (readonly [string, string])[] | null = null

  /** Holds the line in place of an earlier one of the name; `stands` is asked when the head leaves. */
  setCookie(name: string, line: string, stands?: () => boolean): void {
    this.#cookies ??= new Map()
    this.#cookies.set(name, { line, stands })
  }

  /** Whether a cookie is held that would be lost with the answer. */
  get hasCookie(): boolean {
    return this.#cookies !== null
  }

  /** Holds a field, by its lower-case name, for where the application has set none; `vary` is added to its own. */
  setHeader(name: string, value: string): void {
    if (name === 'cache-control') this.#cacheControl = value
    else if (name === 'vary') this.#vary = this.#vary === '' ? value : `${this.#vary}, ${value}`
    else this.#others = [...(this.#others ?? []), [name, value]]
  }

  /** To be called once, after all that the application sets. */
  writeTo(head: HeadFields): void {
    if (this.#others) for (const [name, value] of this.#others) if (!head.get(name)) head.set(name, value)
    if (this.#cookies !== null && this.#writeCookies(head)) protect(head)
    else if (!this.#writeDefault(head) && this.#vary !== '') writeVary(head, this.#vary)
  }

  /** True where the answer is one that nobody stores, so that there is nothing to tell apart. */
  #writeDefault(head: HeadFields): boolean {
    if (this.#cacheControl === null) return false
    const wished = head.get('cache-control')
    if (wished && !unwished.test(wished)) return false
    head.set('cache-control', this.#cacheControl)
    return this.#cacheControl === 'no-store'
  }

  #writeCookies(head: HeadFields): boolean {
    const lines: string[] = []
    for (const { line, stands } of this.#cookies?.values() ?? []) if (stands?.() ?? true) lines.push(line)
    if (lines.length === 0) return false
    // RFC 6265bis section 4.1.1: one line for each cookie, so that which one stays does not hang on their order.
    const names = lines.map((line) => line.slice(0, line.indexOf('=') + 1))
    const others = head.cookies().filter((line) => !names.some((name) => line.startsWith(name)))
    head.setCookies([...others, ...lines])
    return true
  }
}

/** RFC 9111 section 7.3: that an answer sets a cookie keeps no cache from storing it. */
function protect(head: HeadFields): void {
  head.set('cache-control', 'no-store')
  for (const name of head.names()) if (overruling.test(name)) head.remove(name)
}

function writeVary(head: HeadFields, wanted: string): void {
  const control = head.get('cache-control')
  // Nothing to tell apart where nothing is stored, or where the application calls the content the same for ever.
  if (control && /\bno-store\b|\bimmutable\b/i.test(control)) return
  const before = head.get('vary')
  if (!before) {
    head.set('vary', wanted)
    return
  }
  const names = listed(before)
  if (names.includes('*')) return
  // Where the application spells one otherwise, ours takes its place: WebKit heeds `Cookie`, not `cookie` (2.50.6).
  const missing = new Set(listed(wanted).filter((name) => !names.includes(name)))
  if (missing.size === 0) return
  const replaced = new Set([...missing].map((name) => name.toLowerCase()))
  head.set('vary', [...names.filter((name) => !replaced.has(name.toLowerCase())), ...missing].join(', '))
}

function listed(value: string): string[] {
  return value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}
