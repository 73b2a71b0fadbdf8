import type { IncomingMessage, ServerResponse } from 'node:http'
import { withoutCookie } from '../exchange.ts'
import type { Navigation } from '../navigation.ts'
import type { Session } from '../session.ts'
import type { Sessions } from '../sessions.ts'
import { type AdapterOptions, createAnswers } from './adapter-options.ts'
import type { Answer } from './failure.ts'

export { nodeUpgrade, type UpgradeHandler } from './node-upgrade.ts'

/**
 * A listener for `http.createServer` with a session. Session errors that `handler` does not catch become their
 * answer (503, 401, 409, 413); any other error becomes a 500 and goes to `onError`, by default console.error.
 */
export function nodeSession<Data extends object>(
  sessions: Sessions<Data>,
  handler: (req: IncomingMessage, res: ServerResponse, session: Session<Data>) => void | Promise<void>,
  { onError = console.error, ...options }: AdapterOptions & { onError?: (error: unknown) => void } = {},
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const answers = createAnswers(options)
  return async (req, res) => {
    const exchange = nodeExchange(req, res)
    try {
      const session = await sessions.open(exchange, options)
      const answer = answers.opened(exchange, session)
      if (answer) return send(res, answer)
      const handled = handler(req, res, session)
      // An await costs even where there is nothing to wait for.
      if (handled) await handled
    } catch (error) {
      const answer = answers.failed(error, exchange)
      if (!answer) onError(error)
      if (res.headersSent) res.destroy()
      else send(res, answer ?? { status: 500, body: 'Internal server error.\n', headers: {} })
    }
  }
}

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
    const value = this.#req.headers[name]
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
