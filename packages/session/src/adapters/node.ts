import type { IncomingMessage, ServerResponse } from 'node:http'
import type { SessionSummary } from '../record/summary.ts'
import type { Session } from '../session.ts'
import type { Sessions } from '../sessions.ts'
import { type AdapterOptions, createAnswers } from './core/answers.ts'
import { hear } from './core/failure.ts'
import { nodeExchange, send } from './core/node-exchange.ts'

export { nodeExchange } from './core/node-exchange.ts'
export { nodeUpgrade, type UpgradeHandler, type UpgradeOptions } from './node-upgrade.ts'

export interface NodeSessionOptions extends AdapterOptions {
  /**
   * Hears of what somebody has to mend: errors that are no session errors, and session errors that are the server's fault
   * (status 500 and above). Default: console.error for the first, `warn` alone for the second.
   */
  readonly onError?: ((error: unknown) => void) | undefined
}

/**
 * A listener for `http.createServer` with a session. Session errors that `handler` does not catch become their
 * answer (503, 401, 409, 413), any other error a 500.
 * @throws SessionError `config_invalid` for options that do not exist
 */
export function nodeSession<Data extends object, Own extends Session<Data> = Session<Data>>(
  sessions: Sessions<Data, SessionSummary<Data>, Own>,
  handler: (req: IncomingMessage, res: ServerResponse, session: Own) => void | Promise<void>,
  { onError, ...options }: NodeSessionOptions = {},
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const answers = createAnswers('nodeSession', sessions, options)
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
      hear(error, onError)
      if (res.headersSent) res.destroy()
      else send(res, answer ?? { status: 500, body: 'Internal server error.\n', headers: {} })
    }
  }
}
