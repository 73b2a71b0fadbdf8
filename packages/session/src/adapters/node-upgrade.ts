import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { isSessionError } from '../errors.ts'
import { refuseUnknown } from '../known-options.ts'
import type { SessionSummary } from '../record/summary.ts'
import type { Session } from '../session.ts'
import type { OpenOptions, Sessions } from '../sessions.ts'
import { type Answer, type ErrorText, failureOf, hear } from './core/failure.ts'
import { SocketExchange } from './core/socket-exchange.ts'

export interface UpgradeOptions extends Pick<OpenOptions, 'touch'> {
  /** Hears of what somebody has to mend, as of `nodeSession`. */
  readonly onError?: ((error: unknown) => void) | undefined
  /** As of `nodeSession`. */
  readonly errorText?: ErrorText | undefined
}

/** Takes the connection over, as `ws` does with the same first three; or throws, and the upgrade is refused. */
export type UpgradeHandler<Data extends object, Own extends Session<Data> = Session<Data>> = (
  req: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  session: Own,
) => void | Promise<void>

/**
 * A listener for a Node server's `upgrade` event with a session: `server.on('upgrade', nodeUpgrade(sessions, …))`.
 * Pages of other origins are refused (403, ASVS 4.4.2, CWE-1385) before `handler` sees them.
 * Session errors are answered as ordinary requests are; any other error by 500, and goes to `onError`.
 *
 * An upgrade is no sign of a user, since scripts connect again by themselves: `touch` is false unless it is asked for.
 * It cannot give the browser a cookie either: what needs one (login, a visitor's first `set`) is refused
 * (`answer_started`) and has changed nothing; it belongs into an ordinary request.
 */
export function nodeUpgrade<Data extends object, Own extends Session<Data> = Session<Data>>(
  sessions: Sessions<Data, SessionSummary<Data>, Own>,
  handler: UpgradeHandler<Data, Own>,
  options: UpgradeOptions = {},
): (req: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void> {
  refuseUnknown('nodeUpgrade', options, { touch: true, onError: true, errorText: true })
  const { onError, touch = false, errorText } = options
  return async (req, socket, head) => {
    // Node leaves the socket to us: without a listener, a reset connection would end the process.
    socket.on('error', () => socket.destroy())
    const writtenBefore = written(socket)
    const exchange = new SocketExchange(req, socket, req.socket.remoteAddress)
    try {
      const session = await sessions.open(exchange, { touch })
      if (!socket.destroyed) await handler(req, socket, head, session)
    } catch (error) {
      sessions.report(error)
      hear(error, onError)
      const answer = isSessionError(error) ? failureOf(error, exchange, errorText) : serverError
      if (written(socket) !== writtenBefore) socket.destroy()
      // Nobody reads from this connection, so that its other end would never be noticed.
      else socket.once('finish', () => socket.destroy()).end(textOf(answer))
    }
  }
}

const serverError: Answer = { status: 500, headers: {}, body: 'Internal server error.\n' }

function textOf({ status, headers, body }: Answer): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const length = Buffer.byteLength(body)
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: ${length}\r\n${lines.join('')}\r\n${body}`
}

function written(socket: Duplex): number {
  return 'bytesWritten' in socket ? Number(socket.bytesWritten) : 0
}
