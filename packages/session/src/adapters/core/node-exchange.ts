import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Navigation } from '../../navigation/navigation.ts'
import { AnswerHead } from './answer-head.ts'
import type { Answer } from './failure.ts'
import { canTakeCookie, holdHead, onceClosed } from './node-head.ts'

/** Writes an answer of the adapter's own. */
export function send(res: ServerResponse, { status, headers, body }: Answer): void {
  res.writeHead(status, headers).end(body)
}

const known = Symbol('latchkey exchange')

/** The exchange of a Node request and response, for frameworks built on them: always the same for one response. */
export function nodeExchange(req: IncomingMessage, res: ServerResponse): NodeExchange {
  const answer = res as ServerResponse & { [known]?: NodeExchange }
  answer[known] ??= new NodeExchange(req, res)
  return answer[known]
}

// A class: an object literal with closures costs each request more than the memory store does.
export class NodeExchange implements Navigation {
  readonly #req: IncomingMessage
  readonly #res: ServerResponse
  readonly #head = new AnswerHead()
  #isFinished = false

  constructor(req: IncomingMessage, res: ServerResponse) {
    this.#req = req
    this.#res = res
    holdHead(res, this.#head)
  }

  get method(): string {
    return this.#req.method ?? ''
  }

  // Express takes the part that a router is mounted at off `url`, and keeps the whole.
  get target(): string {
    const { originalUrl = this.#req.url ?? '' } = this.#req as IncomingMessage & { originalUrl?: string }
    return originalUrl
  }

  get path(): string {
    const { target } = this
    const query = target.indexOf('?')
    return query < 0 ? target : target.slice(0, query)
  }

  header(name: string): string | undefined {
    const { headers } = this.#req
    // RFC 9113 section 8.3.1: HTTP/2 has it as a pseudo-header.
    const value = headers[name] ?? (name === 'host' ? headers[':authority'] : undefined)
    return Array.isArray(value) ? value.join(', ') : value
  }

  get canSetCookie(): boolean {
    return !this.#isFinished && canTakeCookie(this.#res)
  }

  /** For frameworks that have the whole answer before they write its head: from now on, that takes no cookie. */
  finish(): void {
    this.#isFinished = true
  }

  setCookie(name: string, line: string, stands?: () => boolean): void {
    this.#head.setCookie(name, line, stands)
  }

  setHeader(name: string, value: string): void {
    this.#head.setHeader(name, value)
  }

  get encrypted(): boolean {
    return 'encrypted' in this.#req.socket
  }

  get remoteAddress(): string | undefined {
    return this.#req.socket.remoteAddress
  }

  onClose(callback: () => void): void {
    onceClosed(this.#res, callback)
  }
}
