import type { Context } from 'hono'
import type { Navigation } from '../../navigation/navigation.ts'
import { AnswerHead } from './answer-head.ts'
import { withHead } from './fetch-head.ts'
import { canTakeCookie, holdHead, type NodeResponse, onceClosed } from './node-head.ts'

/** What @hono/node-server gives an application as its environment. */
interface NodeServer {
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } }
  readonly outgoing?: NodeResponse
}

const known = Symbol('latchkey exchange')

/** The exchange of a Hono request: always the same for one request. */
export function honoExchange(c: Context): HonoExchange {
  const context = c as Context & { [known]?: HonoExchange }
  context[known] ??= new HonoExchange(c)
  return context[known]
}

/**
 * On Node the head is written into the answer that Node sends: Hono would make its whole response anew for a header,
 * which costs more than the session does. Elsewhere a copy of the response takes it.
 */
export class HonoExchange implements Navigation {
  readonly #c: Context
  readonly #outgoing: NodeResponse | undefined
  readonly #closing: (() => void)[] = []
  readonly #head = new AnswerHead()
  #isFinished = false

  constructor(c: Context) {
    this.#c = c
    this.#outgoing = (c.env as NodeServer | undefined)?.outgoing
    if (this.#outgoing) holdHead(this.#outgoing, this.#head)
  }

  get method(): string {
    return this.#c.req.method
  }

  get path(): string {
    return this.#c.req.path
  }

  get target(): string {
    const { url } = this.#c.req
    return url.slice(url.indexOf('/', url.indexOf('://') + 3))
  }

  header(name: string): string | undefined {
    const value = this.#c.req.header(name)
    return value === undefined && name === 'host' ? new URL(this.#c.req.url).host : value
  }

  // After the handler the answer is on its way, though its head may not be out yet: a stream's work goes on then.
  get canSetCookie(): boolean {
    if (this.#isFinished) return false
    return this.#outgoing ? canTakeCookie(this.#outgoing) : !this.#c.req.raw.signal.aborted
  }

  setCookie(name: string, line: string, stands?: () => boolean): void {
    this.#head.setCookie(name, line, stands)
  }

  setHeader(name: string, value: string): void {
    this.#head.setHeader(name, value)
  }

  /** The response with what is held for its head; on Node that is written as Node writes the head. */
  completed(response: Response): Response {
    this.#isFinished = true
    if (this.#outgoing) return response
    return withHead(response, this.#head, this.#closing.length > 0 ? () => this.#close() : null)
  }

  /** When the application has made its response. */
  finish(): void {
    this.#isFinished = true
    if (this.#outgoing) return
    const { res } = this.#c
    const answer = this.completed(res)
    if (answer === res) return
    // Hono merges the headers of a response that another takes the place of, unless there is none.
    this.#c.res = undefined
    this.#c.res = answer
  }

  get encrypted(): boolean {
    return this.#c.req.url.startsWith('https:')
  }

  // Servers other than Node's keep it where Hono's own getConnInfo for them looks.
  get remoteAddress(): string | undefined {
    return (this.#c.env as NodeServer | undefined)?.incoming?.socket?.remoteAddress
  }

  onClose(callback: () => void): void {
    const { signal } = this.#c.req.raw
    if (this.#outgoing) onceClosed(this.#outgoing, callback)
    else if (signal.aborted) callback()
    else {
      if (this.#closing.length === 0) signal.addEventListener('abort', () => this.#close(), { once: true })
      this.#closing.push(callback)
    }
  }

  #close(): void {
    for (const callback of this.#closing.splice(0)) callback()
  }
}
