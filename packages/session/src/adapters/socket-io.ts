import type { IncomingMessage } from 'node:http'
import { isSessionError, SessionError } from '../errors.ts'
import { refuseUnknown } from '../known-options.ts'
import type { SessionSummary } from '../record/summary.ts'
import type { Session } from '../session.ts'
import type { Sessions } from '../sessions.ts'
import { hear, textOf } from './core/failure.ts'
import { SocketExchange } from './core/socket-exchange.ts'
import { end, type IoSocket, Refusal, skipsMiddleware } from './core/socket-io-socket.ts'
import type { UpgradeOptions } from './node-upgrade.ts'

export type { IoSocket, Refusal } from './core/socket-io-socket.ts'

/** A socket's session, and the middleware that opens it. */
export interface SocketIoSession<Data extends object, Own extends Session<Data> = Session<Data>> {
  (socket: { readonly request: object }): Own
  /** For `io.use`, and for `use` of every other namespace: first. */
  readonly middleware: (socket: IoSocket, next: (refusal?: Refusal) => void) => Promise<void>
}

/**
 * Sessions for socket.io 4: `const session = socketIoSession(sessions)`, then `io.use(session.middleware)` and
 * `session(socket)` in any listener, typed. A socket is disconnected when its session ends, whichever process ends it.
 * Pages of other origins are refused, over polling too; the client's `connect_error` has the error's `data.code` and `data.status`.
 *
 * A socket gives no cookie to the browser: what needs one (login, a visitor's first `set`) is refused (`answer_started`)
 * and has changed nothing. Nor is it a sign of a user: `touch` is false unless it is asked for.
 * @throws SessionError `config_invalid` for options that do not exist
 */
export function socketIoSession<Data extends object, Own extends Session<Data> = Session<Data>>(
  sessions: Sessions<Data, SessionSummary<Data>, Own>,
  options: UpgradeOptions = {},
): SocketIoSession<Data, Own> {
  refuseUnknown('socketIoSession', options, { touch: true, onError: true, errorText: true })
  const { onError, touch = false, errorText } = options
  const known = Symbol('latchkey exchange')
  const opened = Symbol('latchkey session')
  // One for all namespaces of a connection.
  type WithSession = IncomingMessage & { [known]?: SocketExchange; [opened]?: Own }

  function sessionOf(socket: { readonly request: object }): Own {
    const session = (socket.request as WithSession)[opened]
    if (!session)
      throw new Error('This socket has no session: io.use(session.middleware) before it connects.')
    return session
  }

  function refusal(error: unknown, exchange: SocketExchange): Refusal {
    sessions.report(error)
    hear(error, onError)
    if (!isSessionError(error)) return new Refusal('Internal server error.', 'internal', 500)
    return new Refusal(textOf(error, exchange, errorText), error.code, error.status)
  }

  return Object.assign(sessionOf, {
    async middleware(socket: IoSocket, next: (refusal?: Refusal) => void): Promise<void> {
      const request = socket.request as WithSession
      request[known] ??= new SocketExchange(request, socket.conn, socket.conn.remoteAddress)
      const exchange = request[known]
      try {
        if (skipsMiddleware(socket)) throw new SessionError('config_invalid', skippedText)
        const session = await sessions.open(exchange, { touch })
        const { signal } = session
        if (signal.aborted)
          throw new SessionError('session_ended', 'The session of this connection has ended.')
        const ended = () => end(socket)
        signal.addEventListener('abort', ended, { once: true })
        socket.once('disconnect', () => signal.removeEventListener('abort', ended))
        request[opened] = session
      } catch (error) {
        return next(refusal(error, exchange))
      }
      next()
    },
  })
}

const skippedText =
  'A socket that socket.io takes back would not be asked for its session: write connectionStateRecovery: { skipMiddlewares: false }.'
