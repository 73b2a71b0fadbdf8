import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ErrorHandler, Middleware } from '../../../adapters/core/express-handlers.ts'
import { send } from '../../../adapters/core/node-exchange.ts'
import type { TokenGuard } from '../guard.ts'
import type { VerifiedToken } from '../verified-token.ts'
import { answerOf, type GuardOptions, scopeOf } from './answer.ts'
import { ofNode } from './requests.ts'

/** A request's token, the middleware that verifies it, and the one that answers token errors of routes. */
export interface ExpressGuard<Claims extends object> {
  (req: IncomingMessage): VerifiedToken<Claims>
  /** Before the routes: answers what brings no good token. */
  readonly middleware: Middleware
  /** After the routes: answers what `guard.requireScope` throws in one, and passes other errors on. */
  readonly errorHandler: ErrorHandler
}

/**
 * A guard for Express 5: `const token = expressGuard(guard)`, then `app.use(token.middleware)` and `token(req)` in any
 * handler, typed.
 * @throws SessionError `config_invalid` for options that do not exist
 */
export function expressGuard<Claims extends object>(
  guard: TokenGuard<Claims>,
  options: GuardOptions = {},
): ExpressGuard<Claims> {
  const scope = scopeOf('expressGuard', options)
  const verified = Symbol('latchkey token')
  type WithToken = IncomingMessage & { [verified]?: VerifiedToken<Claims> }

  function tokenOf(req: IncomingMessage): VerifiedToken<Claims> {
    const token = (req as WithToken)[verified]
    if (!token) throw new Error('This request has no token: app.use(token.middleware) before the route.')
    return token
  }

  return Object.assign(tokenOf, {
    async middleware(req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) {
      try {
        const token = await guard.verifyRequest(ofNode(req))
        guard.requireScope(token, ...scope)
        ;(req as WithToken)[verified] = token
      } catch (error) {
        const answer = answerOf(error)
        return answer ? send(res, answer) : next(error)
      }
      next()
    },
    // Express knows it by its four parameters.
    errorHandler(
      error: unknown,
      _req: IncomingMessage,
      res: ServerResponse,
      next: (error?: unknown) => void,
    ) {
      const answer = res.headersSent ? null : answerOf(error)
      if (answer) send(res, answer)
      else next(error)
    },
  })
}
