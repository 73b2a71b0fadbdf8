import type { Navigation } from '../../navigation/navigation.ts'
import { AnswerHead } from './answer-head.ts'
import type { Answer } from './failure.ts'
import { withHead } from './fetch-head.ts'

export function toResponse({ status, headers, body }: Answer): Response {
  return new Response(body, { status, headers })
}

const known = Symbol('latchkey exchange')

/** The exchange of a Request: always the same for one request. */
export function fetchExchange(request: Request, remoteAddress: string | undefined): FetchExchange {
  const asked = request as Request & { [known]?: FetchExchange }
  asked[known] ??= new FetchExchange(request, remoteAddress)
  return asked[known]
}

export class FetchExchange implements Navigation {
  readonly method: string
  readonly target: string
  readonly encrypted: boolean
  readonly remoteAddress: string | undefined
  readonly #request: Request
  readonly #head = new AnswerHead()
  readonly #closing: (() => void)[] = []
  #isFinished = false
  #isClosed = false

  constructor(request: Request, remoteAddress: string | undefined) {
    const { pathname, search } = new URL(request.url)
    this.#request = request
    this.method = request.method
    this.target = pathname + search
    this.encrypted = request.url.startsWith('https:')
    this.remoteAddress = remoteAddress
  }

  get path(): string {
    const query = this.target.indexOf('?')
    return query < 0 ? this.target : this.target.slice(0, query)
  }

  header(name: string): string | null {
    const value = this.#request.headers.get(name)
    return value === null && name === 'host' ? new URL(this.#request.url).host : value
  }

  get canSetCookie(): boolean {
    return !this.#isFinished && !this.#request.signal.aborted
  }

  setCookie(name: string, line: string, stands?: () => boolean): void {
    this.#head.setCookie(name, line, stands)
  }

  setHeader(name: string, value: string): void {
    this.#head.setHeader(name, value)
  }

  /** Whether an answer that is not sent would lose a cookie. */
  get hasCookie(): boolean {
    return this.#head.hasCookie
  }

  /** The response as it goes out: from now on, no cookie can be set. */
  finish(response: Response): Response {
    this.#isFinished = true
    return withHead(response, this.#head, this.#closing.length > 0 ? () => this.#close() : null)
  }

  /** There will be no response of ours. */
  abandon(): void {
    this.#isFinished = true
    this.#close()
  }

  onClose(callback: () => void): void {
    const { signal } = this.#request
    if (this.#isClosed || signal.aborted) {
      callback()
      return
    }
    if (this.#closing.length === 0) signal.addEventListener('abort', () => this.#close(), { once: true })
    this.#closing.push(callback)
  }

  #close(): void {
    this.#isClosed = true
    for (const callback of this.#closing.splice(0)) callback()
  }
}
