import type { IncomingMessage, ServerResponse } from 'node:http'
import { send } from '../../../adapters/core/node-exchange.ts'
import { refuseUnknown } from '../../../known-options.ts'
import type { TokenGuard } from '../guard.ts'
import { checkedScope } from '../guard-options.ts'
import type { VerifiedToken } from '../verified-token.ts'
import { answerOf, type GuardOptions } from './answer.ts'
import { ofNode } from './requests.ts'

export interface NodeGuardOptions extends GuardOptions {
  /** Hears of errors that are no token errors, which are answered by 500. Default console.error. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/**
 * A listener for `http.createServer` behind a guard: it is called with good tokens alone. Token errors that it throws
 * itself become their answer too, any other error a 500.
 * @throws SessionError `config_invalid` for options that do not exist
 */
export function nodeGuard<Claims extends object>(
  guard: TokenGuard<Claims>,
  handler: (req: IncomingMessage, res: ServerResponse, token: VerifiedToken<Claims>) => void | Promise<void>,
  options: NodeGuardOptions = {},
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  refuseUnknown('nodeGuard', options, { scope: true, onError: true })
  const { onError = console.error } = options
  const scope = checkedScope('nodeGuard', options.scope)
  return async (req, res) => {
    try {
      const token = await guard.verifyRequest(ofNode(req))
      guard.requireScope(token, ...scope)
      await handler(req, res, token)
    } catch (error) {
      const answer = answerOf(error)
      if (!answer) onError(error)
      if (res.headersSent) res.destroy()
      else send(res, answer ?? { status: 500, body: 'Internal server error.\n', headers: {} })
    }
  }
}
