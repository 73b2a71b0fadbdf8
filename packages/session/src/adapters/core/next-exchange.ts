import type { Exchange } from '../../exchange.ts'

/** Of what `cookies()` of 'next/headers' gives, what is used. */
export interface NextCookies {
  set(name: string, value: string, attributes: object): unknown
}

/** Of what `headers()` of 'next/headers' gives, what is used. */
export interface NextHeaders {
  get(name: string): string | null
  keys(): Iterable<string>
}

/** What the application gives of Next: one copy of these knows the request at hand, and it is not ours to import. */
export interface NextFunctions {
  /** `cookies` of 'next/headers'. */
  readonly cookies: () => Promise<NextCookies>
  /** `headers` of 'next/headers'. */
  readonly headers: () => Promise<NextHeaders>
  /** `after` of 'next/server': tells when an answer is over, so that what comes too late is refused. */
  readonly after: (callback: () => void) => void
}

/**
 * The exchange of a server component or a server action, which know neither their request nor their answer: only what
 * 'next/headers' tells. Route handlers and the proxy have both, and other exchanges.
 */
export class NextExchange implements Exchange {
  /** Actions are POST, and are alone in setting cookies; what only renders must change nothing, as a GET. */
  readonly method: 'GET' | 'POST'
  // An action is called by its name, from any page: no path exempts it from the check of its origin.
  readonly path = ''
  readonly encrypted = undefined
  readonly remoteAddress = undefined
  readonly #headers: NextHeaders
  readonly #cookies: NextCookies
  readonly #after: NextFunctions['after']
  readonly #closing: (() => void)[] = []
  #isWatched = false
  #isClosed = false

  constructor(headers: NextHeaders, cookies: NextCookies, after: NextFunctions['after']) {
    this.#headers = headers
    this.#cookies = cookies
    this.#after = after
    this.method = this.canSetCookie ? 'POST' : 'GET'
    if (this.method === 'POST') this.#watch()
  }

  header(name: string): string | null {
    return this.#headers.get(name)
  }

  // Where an action has set a cookie or revalidated a page, it becomes a rendering when it returns: so this is asked anew
  // each time. Where it has not, Next would take a cookie for ever.
  get canSetCookie(): boolean {
    return !this.#isClosed && isWritable(this.#cookies)
  }

  // `stands` could be asked now alone, as the line was just made: nothing tells when an action's head leaves.
  setCookie(_name: string, line: string): void {
    // While a component renders: a logout, whose cookie opens nothing any more.
    if (this.canSetCookie) this.#cookies.set(...parsedCookie(line))
  }

  setHeader(): void {
    // Next lets nobody set one here, and answers what is rendered for a request by `private, no-store` itself.
  }

  onClose(callback: () => void): void {
    if (this.#isClosed) {
      callback()
      return
    }
    this.#closing.push(callback)
    this.#watch()
  }

  #watch(): void {
    if (this.#isWatched) return
    this.#isWatched = true
    this.#after(() => {
      this.#isClosed = true
      for (const callback of this.#closing.splice(0)) callback()
    })
  }
}

/** Whether `cookies().set` takes something now. */
function isWritable(cookies: NextCookies): boolean {
  // It can set nothing without a name, so this asks and sets nothing: where it gets as far as that, it may.
  let isAsked = false
  const nameless = {
    get name(): string {
      isAsked = true
      throw nameless
    },
  }
  try {
    Reflect.apply(cookies.set, cookies, [nameless])
  } catch (error) {
    return isAsked && error === nameless
  }
  return false
}

const attributeNames: Readonly<Record<string, string>> = {
  'max-age': 'maxAge',
  httponly: 'httpOnly',
  samesite: 'sameSite',
}

/** A Set-Cookie line of ours as `cookies().set` takes it, so that it writes the same attributes. */
export function parsedCookie(line: string): [name: string, value: string, attributes: object] {
  const [pair = '', ...rest] = line.split('; ')
  const attributes = rest.map((each) => {
    const [name = '', value] = each.split('=')
    const key = name.toLowerCase()
    return [attributeNames[key] ?? key, typed(key, value)]
  })
  const at = pair.indexOf('=')
  return [pair.slice(0, at), pair.slice(at + 1), Object.fromEntries(attributes)]
}

function typed(key: string, value: string | undefined): unknown {
  if (value === undefined) return true
  if (key === 'max-age') return Number(value)
  return key === 'expires' ? new Date(value) : value
}
