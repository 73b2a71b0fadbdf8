import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Exchange } from '../../exchange.ts'
import { nodeExchange } from './node-exchange.ts'

/** Node's socket, or Engine.IO's. */
export type Connection = { once(event: 'close', listener: () => void): unknown } & (
  | { readonly closed: boolean }
  | { readonly readyState: string }
)

/** The request that a connection began with, which lasts as long as that is open. */
export class SocketExchange implements Exchange {
  readonly method: string
  readonly path: string
  readonly encrypted: boolean | undefined
  readonly remoteAddress: string | undefined
  // There is no head that could take one: what needs a cookie is refused before the store is asked.
  readonly canSetCookie = false
  readonly #request: Exchange
  readonly #connection: Connection

  constructor(req: IncomingMessage, connection: Connection, remoteAddress: string | undefined) {
    this.#request = nodeExchange(req, new ServerResponse(req))
    this.#connection = connection
    this.method = this.#request.method
    this.path = this.#request.path
    this.encrypted = this.#request.encrypted
    this.remoteAddress = remoteAddress
  }

  header(name: string): string | null | undefined {
    // Also of a connection that begins by polling: what holds for a page that opens a WebSocket holds for it.
    return name === 'upgrade' ? 'websocket' : this.#request.header(name)
  }

  setCookie(): void {
    // A logout takes its cookie away, which the next ordinary answer does as well.
  }

  setHeader(): void {
    // A connection's answer is kept by no cache and shows nothing.
  }

  onClose(callback: () => void): void {
    const connection = this.#connection
    const isClosed = 'closed' in connection ? connection.closed : connection.readyState === 'closed'
    if (isClosed) callback()
    else connection.once('close', callback)
  }
}
