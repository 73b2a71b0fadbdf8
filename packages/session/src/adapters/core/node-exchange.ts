import type { IncomingMessage, ServerResponse } from 'node:http'
import { withoutCookie } from '../../exchange.ts'
import type { Navigation } from '../../navigation/navigation.ts'
import type { Answer } from './failure.ts'

/** Writes an answer of the adapter's own. */
export function send(res: ServerResponse, { status, headers, body }: Answer): void {
  res.writeHead(status, headers).end(body)
}

/** The exchange of a Node request and response, for frameworks built on them. */
export function nodeExchange(req: IncomingMessage, res: ServerResponse): Navigation {
  return new NodeExchange(req, res)
}

// A class: an object literal with four closures costs each request more than the memory store does.
class NodeExchange implements Navigation {
  readonly #req: IncomingMessage
  readonly #res: ServerResponse

  constructor(req: IncomingMessage, res: ServerResponse) {
    this.#req = req
    this.#res = res
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
    const value = headers[name] ?? (name === 'host' ? headers[':authority'] : undefined)
    return Array.isArray(value) ? value.join(', ') : value
  }

  setCookie(name: string, line: string): void {
    const lines = [this.#res.getHeader('set-cookie') ?? []].flat().map(String)
    this.#res.setHeader('set-cookie', [...withoutCookie(lines, name), line])
  }

  setHeader(name: string, value: string): void {
    // What the application sets later replaces this. Vary is a list, of which others may have written a part.
    if (name === 'vary') this.#res.appendHeader(name, value)
    else if (!this.#res.hasHeader(name)) this.#res.setHeader(name, value)
  }

  get encrypted(): boolean {
    return 'encrypted' in this.#req.socket
  }

  get remoteAddress(): string | undefined {
    return this.#req.socket.remoteAddress
  }

  onClose(callback: () => void): void {
    if (this.#res.closed) callback()
    else this.#res.once('close', callback)
  }
}
