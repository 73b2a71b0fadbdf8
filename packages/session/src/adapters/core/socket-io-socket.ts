import type { IncomingMessage } from 'node:http'

/** What the adapter uses of a socket of socket.io 4, by its form: Latchkey has no dependencies. */
export interface IoSocket {
  readonly request: IncomingMessage
  readonly connected: boolean
  readonly conn: {
    readonly readyState: string
    readonly remoteAddress: string
    /** When the connection is gone. */
    once(event: 'close', listener: () => void): unknown
    /** Ends the connection, with all that goes over it. */
    close(): unknown
  }
  readonly nsp: object
  /** When the client, or this server, ends it. */
  once(event: 'disconnect', listener: () => void): unknown
  /**
   * Ends it, and tells the client.
   * @param close the connection below it too
   */
  disconnect(close: boolean): unknown
}

/** What a client is told in `connect_error`: its `message` and its `data`. */
export class Refusal extends Error {
  readonly data: { readonly code: string; readonly status: number }

  constructor(message: string, code: string, status: number) {
    super(message)
    this.data = { code, status }
  }
}

/** Whether the server takes sockets back without asking its middleware, which is its default where it takes them back. */
export function skipsMiddleware({ nsp }: IoSocket): boolean {
  const { server } = nsp as {
    server?: { opts?: { connectionStateRecovery?: { skipMiddlewares?: boolean } } }
  }
  return server?.opts?.connectionStateRecovery?.skipMiddlewares === true
}

/** Ends a connection that belongs to a session which has ended. */
export function end(socket: IoSocket): void {
  // The client is told, and so does not connect again by itself. Before it is connected, there is nobody to tell.
  if (socket.connected) socket.disconnect(true)
  else socket.conn.close()
}
