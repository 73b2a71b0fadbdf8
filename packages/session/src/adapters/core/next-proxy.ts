import { FetchExchange } from './fetch-exchange.ts'

// What NextResponse.next({ request: { headers } }) writes, and Next reads before it renders: the headers that the request
// is to have from here on, all of them.
const overridden = 'x-middleware-override-headers'
const override = (name: string) => `x-middleware-request-${name}`

/** What NextResponse.next() is. */
export function passedOn(): Response {
  return new Response(null, { headers: { 'x-middleware-next': '1' } })
}

interface Change {
  readonly pair: string
  readonly stands: (() => boolean) | undefined
}

/** The exchange of Next's proxy, whose answer is the head of the page's, or all that there is. */
export class ProxyExchange extends FetchExchange {
  readonly #request: Request
  readonly #changes = new Map<string, Change>()
  #cacheControl: string | null = null
  #isOpened = false

  constructor(request: Request) {
    super(request, undefined)
    this.#request = request
  }

  // What a route handler or an action is asked for renews by itself, and its answer has one cookie then.
  override get canSetCookie(): boolean {
    return super.canSetCookie && (this.#isOpened || this.method === 'GET' || this.method === 'HEAD')
  }

  /** From now on, cookies are the application's doing. */
  opened(): void {
    this.#isOpened = true
  }

  override setCookie(name: string, line: string, stands?: () => boolean): void {
    super.setCookie(name, line, stands)
    // A renewal is none of these: the page is given the secret that the browser sent. The new one in use would say that
    // the browser has it, which nobody knows yet (decisions/0011); of the old one, it is as good a proof as before.
    if (this.#isOpened) this.#changes.set(name, { pair: line.slice(0, line.indexOf(';')), stands })
  }

  override setHeader(name: string, value: string): void {
    if (name === 'cache-control') this.#cacheControl = value
    else super.setHeader(name, value)
  }

  /** The proxy's answer as it goes out. */
  override finish(response: Response): Response {
    const isPassedOn =
      response.headers.has('x-middleware-next') || response.headers.has('x-middleware-rewrite')
    // What is rendered says itself how long it may be kept; Next would send both.
    if (!isPassedOn && this.#cacheControl !== null) super.setHeader('cache-control', this.#cacheControl)
    const sent = super.finish(response)
    if (isPassedOn) this.#passOn(sent.headers)
    return sent
  }

  /** Lets the page of this very request see what the proxy has made of its session. */
  #passOn(headers: Headers): void {
    // A route handler may say otherwise to CDNs (RFC 9213); where there are two, they obey this.
    if (this.hasCookie)
      for (const name of ['cdn-cache-control', 'surrogate-control']) headers.set(name, 'no-store')
    if (this.#changes.size === 0) return
    const given = headers.get(overridden)
    const names = new Set(given === null ? this.#request.headers.keys() : given.split(','))
    if (given === null) for (const [name, value] of this.#request.headers) headers.set(override(name), value)
    const cookie = this.#changed(headers.get(override('cookie')) ?? '')
    // One that is not named among them would go to the browser, where scripts could read it.
    headers.delete(override('cookie'))
    names.delete('cookie')
    if (cookie !== '') {
      headers.set(override('cookie'), cookie)
      names.add('cookie')
    }
    headers.set(overridden, [...names].join())
  }

  #changed(header: string): string {
    const changes = [...this.#changes.values()].filter(({ stands }) => stands?.() ?? true)
    const starts = changes.map(({ pair }) => pair.slice(0, pair.indexOf('=') + 1))
    const kept = header.split('; ').filter((pair) => pair && !starts.some((start) => pair.startsWith(start)))
    return [...kept, ...changes.map(({ pair }) => pair).filter((pair) => !pair.endsWith('='))].join('; ')
  }
}
